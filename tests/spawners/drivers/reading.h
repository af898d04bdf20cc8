// What a driver has to understand of a recorded run, whatever the CLI.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

constexpr std::optional<Failure> ended_well = Failure::none;
constexpr std::optional<Failure> unfinished = std::nullopt;  // no terminal record

struct Expected {
  std::string scenario;
  std::optional<Failure> failure;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;
  std::string text;  // how the last activity begins, unless the driver's test says otherwise
  double cost_usd = 0;
};

inline void PrintTo(const Expected& expected, std::ostream* out) {
  *out << expected.scenario;
}

inline void read_into(Notes& notes, const Driver& driver, const std::vector<std::string>& lines,
                      const std::string& file = "stdout", const Profile& profile = {}) {
  for (const std::string& line : lines)
    fold(notes, driver.read(profile, file, line));
}

inline void expect_ending(const Notes& notes, const Expected& expected) {
  ASSERT_EQ(notes.finished.has_value(), expected.failure.has_value());
  if (notes.finished) {
    EXPECT_EQ(notes.finished->ok, expected.failure == Failure::none);
    EXPECT_EQ(notes.finished->failure, expected.failure);
  }
  EXPECT_EQ(notes.tokens_in, expected.tokens_in);
  EXPECT_EQ(notes.tokens_out, expected.tokens_out);
  EXPECT_NEAR(notes.cost_usd, expected.cost_usd, 1e-9);
}

// Of a CLI whose last record says in words how it ended. All but which words.
inline void expect_understood(const Notes& notes, const Expected& expected) {
  expect_ending(notes, expected);
  EXPECT_EQ(notes.rate_limit.has_value(), expected.failure == Failure::rate_limit);
  EXPECT_TRUE(!notes.finished || !notes.finished->text.empty());
}

// Of whatever was read: nothing negative, nothing endless, nothing that cannot be stored.
inline void expect_sane(const Notes& notes) {
  EXPECT_LE(notes.last_activity.size(), 200U);
  EXPECT_EQ(notes.last_activity.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_LE(notes.last_text.size(), 64U << 10);
  EXPECT_GE(notes.tokens_in, 0);
  EXPECT_GE(notes.tokens_out, 0);
  EXPECT_GE(notes.cost_usd, 0);
  const std::string text = notes.finished ? notes.finished->text : "";
  EXPECT_LE(text.size(), 64U << 10);
  const std::string why = notes.rate_limit ? notes.rate_limit->why : "";
  // JSON throws on text that is not UTF-8.
  for (const std::string& stored : {notes.last_activity, notes.last_text, notes.session_id, text, why})
    EXPECT_NO_THROW(static_cast<void>(nlohmann::json(stored).dump()));
  EXPECT_NO_THROW(static_cast<void>(nlohmann::json(notes.denied).dump()));
}

}  // namespace orchestrate::spawners
