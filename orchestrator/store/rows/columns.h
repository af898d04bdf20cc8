// The columns of a table, each said once: from one list come what is selected, inserted and updated, and how
// a row becomes a value.
//
// Of use to the tables alone. What SQLite does not know as a type is kept as `to_column` (json.h) writes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/store/rows/json.h"
#include "orchestrator/store/rows/words.h"
#include "orchestrator/store/sqlite/database.h"

namespace orchestrate {

// As its word. One that this version does not know, in a column that knows only ours, is a broken database.
template <Worded E>
std::string to_column(E value) {
  return std::string(to_string(value));
}

template <Worded E>
void from_column(const std::string& word, E& value) {
  const auto known = from_word<E>(word);
  if (!known) throw DatabaseError("a row says `" + word + "`, which no version of ours writes there", 0);
  value = *known;
}

template <Worded E>
std::string to_column(const Word<E>& word) {
  return word.text();
}

template <Worded E>
void from_column(const std::string& text, Word<E>& word) {
  word = Word<E>(text);
}

template <typename V>
concept Translated = requires(const V& value) {
  to_column(value);
};

template <typename V>
void bind_member(Query& q, const V& value) {
  if constexpr (Translated<V>) {
    q.bind(to_column(value));
  } else {
    q.bind(value);
  }
}

template <Translated V>
void bind_member(Query& q, const std::optional<V>& value) {
  q.bind(value ? std::optional(to_column(*value)) : std::nullopt);
}

template <typename V>
void read_member(Query& q, V& value) {
  if constexpr (Translated<V>) {
    from_column(q.take<std::string>(), value);
  } else {
    q.read(value);
  }
}

template <Translated V>
void read_member(Query& q, std::optional<V>& value) {
  const auto text = q.take<std::optional<std::string>>();
  value.reset();
  if (text) from_column(*text, value);
}

template <typename T>
struct Column {
  std::string_view name;
  unsigned written;  // on which occasions, in bits of the table's own; 0: only by SQL that names it
  void (*bind)(Query&, const T&);
  void (*read)(Query&, T&);
};

template <typename M>
struct MemberOf;
template <typename T, typename V>
struct MemberOf<V T::*> {
  using Owner = T;
};

template <auto Member, typename T = typename MemberOf<decltype(Member)>::Owner>
constexpr Column<T> column(std::string_view name, unsigned written = 0) {
  return {name, written, [](Query& q, const T& row) { bind_member(q, row.*Member); },
          [](Query& q, T& row) { read_member(q, row.*Member); }};
}

inline constexpr unsigned kAllColumns = 0;

// "a, b" of those written on the occasion; with " = ?" behind each they are the body of an UPDATE.
template <typename Columns>
std::string names(const Columns& columns, unsigned when = kAllColumns, std::string_view behind = "") {
  std::string text;
  for (const auto& c : columns) {
    if (when != kAllColumns && (c.written & when) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(c.name).append(behind);
  }
  return text;
}

// "?, ?": as many as `names` gives.
template <typename Columns>
std::string marks(const Columns& columns, unsigned when) {
  std::string text;
  for (const auto& c : columns) {
    if ((c.written & when) != 0) text += text.empty() ? "?" : ", ?";
  }
  return text;
}

template <typename Columns, typename T>
void bind_columns(Query& q, const Columns& columns, unsigned when, const T& row) {
  for (const auto& c : columns) {
    if ((c.written & when) != 0) c.bind(q, row);
  }
}

// A row that was selected by `names(columns)`.
template <typename T, typename Columns>
T read_row(Query& q, const Columns& columns) {
  T row;
  for (const auto& c : columns)
    c.read(q, row);
  return row;
}

template <typename T, typename Columns>
std::optional<T> read_first(Query& q, const Columns& columns) {
  return q.next() ? std::optional(read_row<T>(q, columns)) : std::nullopt;
}

template <typename T, typename Columns>
std::vector<T> read_all(Query& q, const Columns& columns) {
  std::vector<T> rows;
  while (q.next())
    rows.push_back(read_row<T>(q, columns));
  return rows;
}

}  // namespace orchestrate
