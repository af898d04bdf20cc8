// One line of a mapped CLI -> notes. The mapping is the lead's; the line is hostile.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "spawners/drivers/exec/exec.h"
#include "spawners/drivers/json_line.h"
#include "spawners/drivers/reset_time.h"
#include "text/lines.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

// RFC 6901: no leading zeros, no sign.
const json* element(const json& list, const std::string& token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = error == std::errc() && end == token.data() + token.size();
  const bool canonical = whole && (token.size() == 1 || token.front() != '0');
  return canonical && index < list.size() ? &list[index] : nullptr;
}

const json* value_at(const json& record, const JsonPointer& pointer) {
  const json* value = &record;
  for (const std::string& token : pointer) {
    if (value->is_array()) {
      value = element(*value, token);
    } else {
      const auto found = value->is_object() ? value->find(token) : value->end();
      value = found == value->end() ? nullptr : &*found;
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

bool equal(const json& value, const Scalar& scalar) {
  if (const auto* flag = std::get_if<bool>(&scalar)) return value.is_boolean() && value.get<bool>() == *flag;
  if (const auto* text = std::get_if<std::string>(&scalar))
    return value.is_string() && value.get_ref<const std::string&>() == *text;
  if (const auto* whole = std::get_if<std::int64_t>(&scalar); whole != nullptr && value.is_number_unsigned())
    return *whole >= 0 && value.get<std::uint64_t>() == static_cast<std::uint64_t>(*whole);
  if (const auto* whole = std::get_if<std::int64_t>(&scalar); whole != nullptr && value.is_number_integer())
    return value.get<std::int64_t>() == *whole;
  const auto* real = std::get_if<double>(&scalar);
  const double number = real != nullptr ? *real : static_cast<double>(std::get<std::int64_t>(scalar));
  return value.is_number() && value.get<double>() == number;
}

// What was taken from the line, for every pattern that matches it; null where there was nothing to take.
std::vector<std::pair<const LinePattern*, const json*>> matches(const json& record,
                                                                const LinePatterns& patterns) {
  std::vector<std::pair<const LinePattern*, const json*>> found;
  for (const LinePattern& pattern : patterns) {
    const bool all = std::all_of(pattern.when.begin(), pattern.when.end(), [&](const auto& condition) {
      const json* value = value_at(record, condition.first);
      return value != nullptr && equal(*value, condition.second);
    });
    if (all) found.emplace_back(&pattern, pattern.take ? value_at(record, *pattern.take) : nullptr);
  }
  return found;
}

// Empty for lists and objects too: to write one out recurses, and a hostile line nests deeper than a stack
// holds.
std::string text_of(const json* value) {
  if (value == nullptr || value->is_structured() || value->is_null()) return {};
  return value->is_string() ? value->get<std::string>() : value->dump();
}

std::optional<std::int64_t> reset_of(const json& record, const LinePattern& pattern) {
  const json* value = pattern.until ? value_at(record, *pattern.until) : nullptr;
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return reset_ms_of(std::string_view(value->get_ref<const std::string&>()));
  return value->is_number() ? reset_ms_of(value->get<double>()) : std::nullopt;
}

// What the line says of one amount: of the patterns that match, those that are added up over lines (`sum`),
// or the others.
std::optional<double> amount(const json& record, const LinePatterns& patterns, bool sum, double most) {
  std::optional<double> total;
  for (const auto& [pattern, taken] : matches(record, patterns)) {
    if (pattern->sum != sum || taken == nullptr || !taken->is_number()) continue;
    total = std::clamp(total.value_or(0) + taken->get<double>(), 0.0, most);
  }
  return total;
}

std::optional<std::int64_t> whole(std::optional<double> number) {
  return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

class Reader {
 public:
  Reader(const OutputMapping& output, const json& record, std::string_view line)
      : output_(output), record_(record), line_(line) {}

  std::vector<Note> notes() && {
    for (const auto& [pattern, taken] : matches(record_, output_.session_id)) {
      if (std::string id = text::one_line(text_of(taken), kLineBytes); !id.empty())
        add(SessionNote{id, {}, {}});
    }
    for (const auto& [pattern, taken] : matches(record_, output_.text)) {
      if (std::string text = text::bounded(text_of(taken), kTextBytes); !text.empty()) add(TextNote{text});
    }
    for (const auto& [pattern, taken] : matches(record_, output_.tool)) {
      if (std::string tool = text::one_line(text_of(taken), kLineBytes); !tool.empty())
        add(ToolNote{tool, {}});
    }
    usage(false);
    usage(true);
    rate_limit();
    end();
    return std::move(notes_);
  }

 private:
  void add(Note note) { notes_.push_back(std::move(note)); }

  void usage(bool sum) {
    UsageNote usage;
    usage.tokens_in = whole(amount(record_, output_.tokens_in, sum, kCountMax));
    usage.tokens_out = whole(amount(record_, output_.tokens_out, sum, kCountMax));
    usage.cost_usd = amount(record_, output_.cost_usd, sum, kCostUsdMax);
    usage.adds = sum;
    if (usage.tokens_in || usage.tokens_out || usage.cost_usd) add(usage);
  }

  void rate_limit() {
    const auto found = matches(record_, output_.rate_limited);
    if (found.empty()) return;
    const std::string why = words(found.front().second, kLineBytes);
    add(RateLimitNote{reset_of(record_, *found.front().first), why});
    add(ErrorNote{Failure::rate_limit, why});  // the record of the end may not say what kind of failure it is
  }

  void end() {
    if (const auto failed = matches(record_, output_.failed); !failed.empty()) {
      add(FinishedNote{false, Failure::other, words(failed.front().second, kFinalTextBytes)});
    } else if (const auto finished = matches(record_, output_.finished); !finished.empty()) {
      add(FinishedNote{true, Failure::none,
                       text::bounded(text_of(finished.front().second), kFinalTextBytes)});
    }
  }

  // For people: what was taken, or else the line itself.
  [[nodiscard]] std::string words(const json* taken, std::size_t bytes) const {
    const std::string text = text_of(taken);
    return text.empty() ? text::one_line(line_, kLineBytes) : text::bounded(text, bytes);
  }

  const OutputMapping& output_;
  const json& record_;
  std::string_view line_;
  std::vector<Note> notes_;
};

}  // namespace

Reading read_exec(const Profile& profile, std::string_view /*file*/, std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
  if (line.empty()) return {};
  if (profile.output.format == OutputMapping::Format::text) {
    std::string text = text::one_line(line, kPrintedLineBytes);
    if (text.empty()) return {};
    return {{TextNote{std::move(text)}}, true};
  }
  const json record = parse_object(line);
  if (record.is_null()) return {{}, false};
  return {Reader(profile.output, record, line).notes(), true};
}

}  // namespace orchestrate::spawners
