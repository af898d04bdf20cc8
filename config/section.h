// One table of a file, read key by key into plain values; whatever does not fit becomes a diagnostic at its
// place.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/diagnostic.h"
#include "config/document.h"

namespace orchestrate::config {

// Collects what is wrong with one file, and which keys the loader asked it for.
class Report {
 public:
  explicit Report(const Document& document) : document_(document) {}

  void error(const Place& place, std::string message, std::string hint = {});
  void asked(std::string key) { asked_.push_back(std::move(key)); }

  [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }
  [[nodiscard]] std::vector<Diagnostic> errors() const;  // by place, bounded

 private:
  const Document& document_;
  std::vector<Diagnostic> errors_;
  std::vector<std::string> asked_;
};

// A string with its place, for what can only be checked once all files are read.
struct Word {
  std::string text;
  Place place;
};

[[nodiscard]] std::vector<std::string> texts(const std::vector<Word>& words);

// "did you mean `x`?"; failing that the known words, when they are few.
[[nodiscard]] std::string suggestion(const std::string& word, const std::vector<std::string>& known);

// What was found, for "must be ..., not ...": "the number 5", "a list", "\"blue\"".
[[nodiscard]] std::string described(const Node& node);

// Every read: an absent key leaves `out` as it is; a wrong one too, and is reported.
class Section {
 public:
  // `table` null: every key is absent. `path` is how the documentation calls this table, "" for the top.
  Section(Report& report, const Node* table, std::string path);

  void flag(const std::string& key, bool& out);
  void text(const std::string& key, std::string& out);     // not empty
  void whole(const std::string& key, int& out, int most);  // from 1
  void money(const std::string& key, double& out);
  void duration(const std::string& key, std::int64_t& ms, const std::string& most);
  void size(const std::string& key, std::int64_t& bytes, const std::string& most);
  void time_of_day(const std::string& key, std::optional<int>& minutes);

  // One of a few words.
  template <typename Value, typename Out>
  void choice(const std::string& key, Out& out, const std::vector<std::pair<std::string, Value>>& choices) {
    std::vector<std::string> names;
    for (const auto& [name, value] : choices)
      names.push_back(name);
    if (const auto chosen = chosen_of(key, names)) out = choices[*chosen].second;
  }

  // A list of strings, none empty; items that are none are reported and left out. nullopt: absent, or no
  // list.
  [[nodiscard]] std::optional<std::vector<Word>> words(const std::string& key);
  [[nodiscard]] std::optional<std::vector<Word>> word_or_words(const std::string& key);
  [[nodiscard]] std::optional<Word> word(const std::string& key);
  void words(const std::string& key, std::vector<std::string>& out);

  // Marks the key as known. nullptr: absent.
  [[nodiscard]] const Entry* find(const std::string& key);
  // A table within: absent or wrong gives a section without keys.
  [[nodiscard]] Section table(const std::string& key);
  // The tables of a list of tables ([[key]]).
  [[nodiscard]] std::vector<const Node*> tables(const std::string& key);
  [[nodiscard]] const std::vector<Entry>& entries() const;

  // Reports every key that nobody asked for. Call it last.
  void finish();

  void wrong(const std::string& key, const Node& found, const std::string& expected, std::string hint = {});
  [[nodiscard]] Report& report() const { return report_; }
  [[nodiscard]] Place place() const { return table_ == nullptr ? Place{} : table_->place; }

 private:
  [[nodiscard]] const Entry* entry(const std::string& key);
  [[nodiscard]] std::string path_of(const std::string& key) const;
  [[nodiscard]] std::optional<std::size_t> chosen_of(const std::string& key,
                                                     const std::vector<std::string>& names);
  [[nodiscard]] bool is_text(const std::string& key, const Node& node, const std::string& expected);
  [[nodiscard]] std::vector<Word> words_of(const std::string& key, const Node& list);

  using Parse = std::function<std::optional<std::int64_t>(const std::string&)>;
  void quantity(const std::string& key, std::int64_t& out, const std::string& expected, std::int64_t most,
                const Parse& parse);

  Report& report_;
  const Node* table_;
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace orchestrate::config
