// What a value may be: the one description that validation, help, completions and JSON Schema are made of.
// Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace orchestrate::api {

struct Member;

struct Shape {
  // moment: "03:10", "2026-11-22 03:10" or "2026-11-22T03:10:00Z"; duration: "7d"; any: whatever it is.
  enum class Kind { text, whole, real, yes_no, moment, duration, priority, one_of, list, object, any };

  Kind kind = Kind::text;
  double least = 0;  // of a number; with `above`, itself not included
  double most = 0;   // of a number, or of a text's bytes; 0: any
  bool above = false;
  bool or_null = false;                 // null, and a text that is empty, mean that there is none
  std::vector<std::string> words = {};  // one_of
  std::vector<Shape> items;             // list: exactly one
  std::vector<Member> members;          // object
  bool open = false;                    // object: there may be more members
};

struct Member {
  std::string name;
  Shape shape;
  bool always = true;
};

namespace shape {
[[nodiscard]] Shape text(double most_bytes = 0);
[[nodiscard]] Shape whole(double least, double most = 1e15);
[[nodiscard]] Shape id();
[[nodiscard]] Shape real();
[[nodiscard]] Shape money();  // an amount in USD, more than 0
[[nodiscard]] Shape yes_no();
[[nodiscard]] Shape moment();
[[nodiscard]] Shape duration();
[[nodiscard]] Shape priority();
[[nodiscard]] Shape one_of(std::vector<std::string> words);
[[nodiscard]] Shape list_of(Shape item);
[[nodiscard]] Shape object(std::vector<Member> members);
[[nodiscard]] Shape any();
[[nodiscard]] Shape or_null(Shape shape);
}  // namespace shape

// "P0, P1, P2 or P3", "a whole number from 1 to 10000".
[[nodiscard]] std::string expected(const Shape& shape);

// What is wrong with the value, as "invalid NAME `value`: use ..."; empty: nothing. `now_ms` is what times of
// day are relative to.
[[nodiscard]] std::string fault_of(const Shape& shape, const nlohmann::json& value, const std::string& name,
                                   std::int64_t now_ms);

// A text of no characters: where the shape knows null, it stands for that.
[[nodiscard]] bool is_empty_text(const nlohmann::json& value);

// The value that somebody typed. What does not fit stays a text, for fault_of to name it.
[[nodiscard]] nlohmann::json value_of(const Shape& shape, const std::vector<std::string>& words);

// As JSON Schema (2020-12).
[[nodiscard]] nlohmann::json schema_of(const Shape& shape);

}  // namespace orchestrate::api
