// Markdown check lists as the tree that TOML would give: `- [ ] (P1) Title`, indented lines below describe
// it.
#include <algorithm>
#include <cctype>
#include <map>

#include "config/task_files/task_parsers.h"
#include "text/nearest.h"

namespace orchestrate::config {
namespace {

constexpr int kTab = 4;

enum class Taken { text, flag, list, line };  // a comma-separated list, or one item a line

struct Known {
  const char* key;
  Taken taken;
};

const std::map<std::string, Known>& known_words() {
  static const std::map<std::string, Known> kWords = {{"priority", {"priority", Taken::text}},
                                                      {"type", {"type", Taken::text}},
                                                      {"needs", {"needs", Taken::list}},
                                                      {"label", {"labels", Taken::list}},
                                                      {"labels", {"labels", Taken::list}},
                                                      {"touches", {"touches", Taken::list}},
                                                      {"accept", {"acceptance", Taken::line}},
                                                      {"acceptance", {"acceptance", Taken::line}},
                                                      {"check", {"checks", Taken::line}},
                                                      {"checks", {"checks", Taken::line}},
                                                      {"spec", {"specs", Taken::list}},
                                                      {"specs", {"specs", Taken::list}},
                                                      {"depends on", {"depends_on", Taken::list}},
                                                      {"agent", {"agent", Taken::text}},
                                                      {"manual", {"manual", Taken::flag}},
                                                      {"run", {"run", Taken::text}},
                                                      {"not before", {"not_before", Taken::text}},
                                                      {"key", {"key", Taken::text}}};
  return kWords;
}

// A part of one line.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

int code_points(const std::string& text, const Span& span) {
  int count = 0;
  for (std::size_t i = span.begin; i < span.end; ++i)
    count += (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

Span trimmed(const std::string& text, Span span) {
  while (span.begin < span.end && (text[span.begin] == ' ' || text[span.begin] == '\t'))
    ++span.begin;
  while (span.end > span.begin && (text[span.end - 1] == ' ' || text[span.end - 1] == '\t'))
    --span.end;
  return span;
}

int indent_of(const std::string& line) {
  int columns = 0;
  for (const char c : line) {
    if (c != ' ' && c != '\t') break;
    columns += c == '\t' ? kTab - columns % kTab : 1;
  }
  return columns;
}

bool is_fence(const std::string& line, const Span& words) {
  return line.compare(words.begin, 3, "```") == 0 || line.compare(words.begin, 3, "~~~") == 0;
}

// "- ", "* ", "+ ", "12. " or "12) ": where the item's text begins.
std::optional<std::size_t> after_bullet(const std::string& line, std::size_t at) {
  const std::size_t begin = at;
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])) != 0)
    ++at;
  const std::string marks = at > begin ? ".)" : "-*+";
  if (at + 1 >= line.size() || marks.find(line[at]) == std::string::npos || line[at + 1] != ' ')
    return std::nullopt;
  return std::min(line.find_first_not_of(' ', at + 1), line.size());
}

struct Item {
  int indent = 0;
  std::optional<std::size_t> task;  // absent: ticked
  std::vector<std::string> description;
  bool blank_before = false;
};

class CheckList {
 public:
  explicit CheckList(TaskDocument& out) : out_(out) {}

  void read() {
    for (const auto& line : out_.document.lines) {
      ++number_;
      take(line);
    }
    while (!open_.empty())
      close();
    if (fence_) add_error(out_, *fence_, "the code block has no end", "close it with the same marks");
    Node list;
    list.kind = Node::Kind::list;
    list.items = std::move(tasks_);
    out_.document.root.entries.push_back({out_.list_key, {1, 1, 1}, std::move(list)});
  }

 private:
  void take(const std::string& line) {
    const Span words = trimmed(line, {0, line.size()});
    if (words.begin == words.end) {
      for (Item& item : open_)
        item.blank_before = true;
      return;
    }
    leave_items(indent_of(line));
    const bool marks = is_fence(line, words);
    if (marks && fence_) {
      fence_.reset();
    } else if (marks) {
      fence_ = place(line, words);
      fence_indent_ = indent_of(line);
    }
    if (marks || fence_) return describe(line);
    const auto text = after_bullet(line, words.begin);
    if (text && begin_item(line, {*text, words.end})) return;
    if (open_.empty() || !open_.back().task || key_line(line, words)) return;
    describe(line);
  }

  // What is indented no deeper than an item's mark is no part of it, and a code block ends with its item.
  void leave_items(int indent) {
    while (!open_.empty() && indent <= open_.back().indent) {
      if (fence_ && fence_indent_ > open_.back().indent) {
        add_error(out_, *fence_, "the code block has no end", "close it with the same marks");
        fence_.reset();
      }
      close();
    }
  }

  bool begin_item(const std::string& line, Span text) {
    if (line[text.begin] != '[') return false;
    const std::size_t close = line.find(']', text.begin);
    if (close == std::string::npos || close > text.begin + 2) return false;
    const bool spaced = close + 1 == text.end || line[close + 1] == ' ';
    if (close + 1 < text.end && line[close + 1] == '(') return false;  // a link, whatever it is called
    const std::string box = line.substr(text.begin + 1, close - text.begin - 1);
    if (box != " " && box != "x" && box != "X") {
      if (!spaced) return false;  // a link
      add_error(out_, place(line, {text.begin, close + 1}), "a box is [ ], or [x] when it is done");
      return true;
    }
    Item item;
    item.indent = indent_of(line);
    if (box == " ") {
      item.task = tasks_.size();
      tasks_.push_back(task_of(line, trimmed(line, {close + 1, text.end})));
    } else {
      ++out_.skipped;
    }
    open_.push_back(std::move(item));
    return true;
  }

  // "(P1) Title" and "Title (P1)".
  Node task_of(const std::string& line, Span title) {
    Node task;
    task.place = place(line, title);
    const auto priority_at = [&](std::size_t at) {
      return at + 4 <= title.end && at >= title.begin && line[at] == '(' && (line[at + 1] | 0x20) == 'p' &&
             std::isdigit(static_cast<unsigned char>(line[at + 2])) != 0 && line[at + 3] == ')';
    };
    std::optional<Span> priority;
    if (priority_at(title.begin)) {
      priority = {title.begin, title.begin + 4};
      title.begin += 4;
    } else if (title.end >= 4 && priority_at(title.end - 4)) {
      priority = {title.end - 4, title.end};
      title.end -= 4;
    }
    if (priority) put(task, "priority", word(line, {priority->begin + 1, priority->end - 1}));
    put(task, "title", word(line, trimmed(line, title)));
    return task;
  }

  // "needs: a, b" below an item. A slip of the pen must not end up in the description unseen.
  bool key_line(const std::string& line, const Span& words) {
    const std::size_t colon = line.find(':', words.begin);
    if (colon >= words.end || (colon + 1 < words.end && line[colon + 1] != ' ')) return false;
    std::string name = line.substr(words.begin, colon - words.begin);
    for (char& c : name)
      c = c == '_' || c == '-' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto known = known_words().find(name);
    const Span value = trimmed(line, {colon + 1, words.end});
    if (known != known_words().end()) {
      add_values(line, value, known->second, place(line, {words.begin, colon}));
      return true;
    }
    std::vector<std::string> names;
    for (const auto& [each, meaning] : known_words())
      names.push_back(each);
    const std::string near = text::nearest(name, names);
    if (near.empty()) return false;
    add_error(out_, place(line, {words.begin, colon}),
              "unknown `" + line.substr(words.begin, colon - words.begin) + ":`",
              "did you mean `" + near + ":`? Text that begins so goes behind a `-`");
    return true;
  }

  void add_values(const std::string& line, const Span& value, const Known& known, const Place& key) {
    Node& task = tasks_[*open_.back().task];
    if (value.begin == value.end) return add_error(out_, key, "nothing stands behind the colon");
    if (known.taken == Taken::text || known.taken == Taken::flag) {
      Node node = word(line, value);
      const bool yes = node.text == "yes" || node.text == "true";
      if (known.taken == Taken::flag && (yes || node.text == "no" || node.text == "false")) {
        node.kind = Node::Kind::boolean;
        node.boolean = yes;
      }
      return add_entry(out_, task, {known.key, key, std::move(node)});
    }
    auto list = std::find_if(task.entries.begin(), task.entries.end(),
                             [&known](const Entry& each) { return each.key == known.key; });
    if (list == task.entries.end()) {
      Node empty;
      empty.kind = Node::Kind::list;
      list = task.entries.insert(list, {known.key, key, std::move(empty)});
    }
    for (Span rest = value; rest.begin < rest.end;) {
      const std::size_t comma = known.taken == Taken::list ? line.find(',', rest.begin) : rest.end;
      const std::size_t end = std::min(comma, rest.end);
      list->value.items.push_back(word(line, trimmed(line, {rest.begin, end})));
      rest.begin = end + 1;
    }
  }

  void describe(const std::string& line) {
    if (open_.empty()) return;
    Item& item = open_.back();
    if (item.blank_before && !item.description.empty()) item.description.emplace_back();
    item.blank_before = false;
    item.description.push_back(line);
  }

  // The description begins where its least indented line does.
  void close() {
    const Item item = std::move(open_.back());
    open_.pop_back();
    if (!item.task || item.description.empty()) return;
    std::size_t margin = std::string::npos;
    for (const auto& line : item.description) {
      if (!line.empty()) margin = std::min(margin, line.find_first_not_of(" \t"));
    }
    Node text;
    text.kind = Node::Kind::text;
    text.place = tasks_[*item.task].place;
    for (const auto& line : item.description)
      text.text += (line.empty() ? "" : line.substr(margin)) + "\n";
    add_entry(out_, tasks_[*item.task], {"description", text.place, std::move(text)});
  }

  [[nodiscard]] Place place(const std::string& line, const Span& span) const {
    return {number_, 1 + code_points(line, {0, span.begin}), std::max(1, code_points(line, span))};
  }
  [[nodiscard]] Node word(const std::string& line, const Span& span) const {
    Node node;
    node.kind = Node::Kind::text;
    node.place = place(line, span);
    node.text = line.substr(span.begin, span.end - span.begin);
    return node;
  }
  void put(Node& task, const std::string& key, Node value) {
    const Place at = value.place;
    add_entry(out_, task, {key, at, std::move(value)});
  }

  TaskDocument& out_;
  std::vector<Node> tasks_;
  std::vector<Item> open_;
  std::optional<Place> fence_;
  int fence_indent_ = 0;
  int number_ = 0;
};

}  // namespace

void parse_check_list(TaskDocument& out) {
  CheckList(out).read();
}

}  // namespace orchestrate::config
