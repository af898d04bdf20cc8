// JSON as the tree that TOML would give. nlohmann/json reads; where it has got to is counted beside it.
#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "config/task_files/task_parsers.h"

namespace orchestrate::config {
namespace {

constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostValues = 1'000'000;

// Reads one byte at a time and says how many were read.
struct Counted {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  std::size_t* read;

  reference operator*() const { return *at; }
  Counted& operator++() {
    ++at;
    ++*read;
    return *this;
  }
  friend bool operator==(const Counted& a, const Counted& b) { return a.at == b.at; }
};

// Line and column of an offset; only moves forward, so that a whole file is counted once.
class Cursor {
 public:
  Cursor(const std::string& text, int line) : text_(text) { place_.line = line; }

  Place at(std::size_t offset) {
    for (; at_ < offset && at_ < text_.size(); ++at_) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '\n') {
        ++place_.line;
        place_.column = 1;
      } else if ((byte & 0xC0U) != 0x80U) {
        ++place_.column;
      }
    }
    return place_;
  }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
  Place place_{1, 1, 1};
};

// "syntax error while parsing value - invalid literal; last read: ..." without where, which is said anyway.
std::string syntax_message(const std::string& what) {
  const std::string column = ", column ";
  const std::size_t at = what.find(": ", std::min(what.find(column), what.size()));
  return "not valid JSON: " + (at == std::string::npos ? what : what.substr(at + 2));
}

// Builds the tree. A pointer into `open_` stays good: what it points into only grows once it is closed.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(TaskDocument& out, const std::string& text, int line, const std::size_t& read)
      : out_(out), text_(text), cursor_(text, line), read_(read) {}

  Node root;

  bool null() override {
    const Place place = token();
    // An absent value, as exporters write it.
    if (open_.empty() || open_.back()->kind == Node::Kind::list)
      add_error(out_, place, "null says nothing here");
    return true;
  }
  bool boolean(bool value) override {
    Node node = scalar(Node::Kind::boolean);
    node.boolean = value;
    return put(std::move(node)) != nullptr;
  }
  bool number_integer(std::int64_t value) override { return whole(value); }
  bool number_unsigned(std::uint64_t value) override {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return whole(static_cast<std::int64_t>(value));
    return number_float(static_cast<double>(value), "");
  }
  bool number_float(double value, const std::string& /*as_written*/) override {
    Node node = scalar(Node::Kind::real);
    node.real = value;
    return put(std::move(node)) != nullptr;
  }
  bool string(std::string& value) override {
    Node node = scalar(Node::Kind::text);
    node.text = value;
    return put(std::move(node)) != nullptr;
  }
  bool binary(nlohmann::json::binary_t& /*value*/) override { return false; }  // not in JSON text
  bool start_object(std::size_t /*size*/) override { return open(Node::Kind::table); }
  bool start_array(std::size_t /*size*/) override { return open(Node::Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& value) override {
    key_place_ = token();
    key_ = value;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& e) override {
    add_error(out_, cursor_.at(position == 0 ? 0 : position - 1), syntax_message(e.what()));
    return false;
  }

 private:
  // Where what was just read began: after the last token and what may stand between two.
  Place token() {
    const std::size_t begin = std::min(text_.find_first_not_of(" \t\r\n,:", after_), text_.size());
    const std::size_t number = text_.find_first_not_of("+-0123456789.eE", begin);
    // To know that a number has ended, the character behind it was read.
    const bool is_number = number != begin && text_[begin] != '"';
    after_ = is_number ? std::min(number, text_.size()) : read_;
    Place place = cursor_.at(begin);
    const Place end = cursor_.at(after_);
    place.width = end.line == place.line ? end.column - place.column : 1;
    return place;
  }

  Node scalar(Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.place = token();
    return node;
  }
  bool whole(std::int64_t value) {
    Node node = scalar(Node::Kind::integer);
    node.integer = value;
    return put(std::move(node)) != nullptr;
  }

  // nullptr: the file is beyond all measure, which has been reported.
  Node* put(Node node) {
    if (++values_ > kMostValues || open_.size() >= kDeepest) {
      add_error(out_, node.place,
                open_.size() >= kDeepest ? "nested too deeply" : "the file holds more than 1000000 values");
      return nullptr;
    }
    if (open_.empty()) {
      root = std::move(node);
      return &root;
    }
    Node& parent = *open_.back();
    if (parent.kind == Node::Kind::list) {
      parent.items.push_back(std::move(node));
      return &parent.items.back();
    }
    add_entry(out_, parent, {key_, key_place_, std::move(node)});
    return &parent.entries.back().value;
  }
  bool open(Node::Kind kind) {
    Node* node = put(scalar(kind));
    if (node != nullptr) open_.push_back(node);
    return node != nullptr;
  }
  bool close() {
    after_ = std::max(after_, read_);
    open_.pop_back();
    return true;
  }

  TaskDocument& out_;
  const std::string& text_;
  Cursor cursor_;
  const std::size_t& read_;
  std::size_t after_ = 0;  // the end of the last token
  std::size_t values_ = 0;
  std::vector<Node*> open_;
  std::string key_;
  Place key_place_;
};

// nullopt: it is no JSON, and that has been reported.
std::optional<Node> value_of(TaskDocument& out, const std::string& text, int line) {
  std::size_t read = 0;
  Builder builder(out, text, line, read);
  const char* begin = text.data();
  const bool good =
      nlohmann::json::sax_parse(Counted{begin, &read}, Counted{begin + text.size(), &read}, &builder);
  return good ? std::optional(std::move(builder.root)) : std::nullopt;
}

}  // namespace

void parse_json(TaskDocument& out, const std::string& text) {
  auto root = value_of(out, text, 1);
  if (!root) return;
  if (root->kind == Node::Kind::list) {
    const Place place = root->place;
    out.document.root.entries.push_back({out.list_key, place, std::move(*root)});
  } else if (root->kind == Node::Kind::table) {
    out.document.root = std::move(*root);
  } else {
    add_error(out, root->place, "the file must hold a list of tasks, not " + described(*root));
  }
}

void parse_json_lines(TaskDocument& out) {
  Node list;
  list.kind = Node::Kind::list;
  int number = 0;
  for (const std::string& line : out.document.lines) {
    ++number;
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    if (auto task = value_of(out, line, number)) list.items.push_back(std::move(*task));
  }
  out.document.root.entries.push_back({out.list_key, {1, 1, 1}, std::move(list)});
}

}  // namespace orchestrate::config
