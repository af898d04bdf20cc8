// What was typed behind a verb, as the values that its fields want.
#include "api/cli/typed.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

Field typed_as(Field field, const std::string& as, const std::string& value = "") {
  field.typed.as = as;
  field.typed.value = value;
  return field;
}

// A verb with one field of each way of typing.
Verb verb() {
  Field text{"text", shape::text(8), "A file"};
  text.typed.as = "FILE";
  text.typed.from = Typed::From::file;
  text.typed.name_to = "file";
  Field note{"note", shape::text(8), "Words, or a file with them"};
  note.typed.from = Typed::From::words_or_stdin;
  note.typed.file_flag = "--note-file";
  Field note_file{"note_file", shape::text(), "A file with it"};
  note_file.typed.as = "--note-file";
  Field tags{"tags", shape::list_of(shape::text()), "Words that may be cleared"};
  tags.typed.may_be_empty = true;
  return {"do",
          "Look",
          "Do",
          "orchestrate do",
          {typed_as({"ids", shape::list_of(shape::id()), "Which"}, "ID..."),
           typed_as({"one", shape::id(), "Which one"}, "[N]"),
           typed_as({"labels", shape::list_of(shape::text()), "Words"}, "--label"),
           tags,
           {"max_cost", shape::money(), "How much"},
           {"dry_run", shape::yes_no(), "A switch", false, "no"},
           typed_as({"manual", shape::yes_no(), "No switch"}, "", "yes|no"),
           {"when", shape::or_null(shape::moment()), "When"},
           text,
           note,
           note_file}};
}

class TypedWords : public testing::Test {
 protected:
  json given(const Words& words, const std::string& in = "") {
    in_.str(in);
    in_.clear();
    Context context;
    context.in = &in_;
    return given_by(verb(), words, context);
  }
  std::string refusal(const Words& words, const std::string& in = "") {
    try {
      (void)given(words, in);
    } catch (const Refused& e) {
      EXPECT_EQ(e.code(), Code::usage);
      return std::string(e.what()) + (e.fix().empty() ? "" : " | " + e.fix());
    }
    return "not refused";
  }
  [[nodiscard]] std::string path(const std::string& name) const { return sample_.root() + "/" + name; }

  test::Sample sample_;

 private:
  std::istringstream in_;
};

TEST_F(TypedWords, NothingTypedIsNothingGiven) {
  EXPECT_EQ(given({}), json::object());
}

TEST_F(TypedWords, EachBecomesTheValueOfItsShape) {
  EXPECT_EQ(given({{"ids", {"1", "22"}}, {"one", {"3"}}, {"labels", {"a", "b"}}, {"max_cost", {"0.5"}}}),
            json::parse(R"({"ids": [1, 22], "one": 3, "labels": ["a", "b"], "max_cost": 0.5})"));
  EXPECT_EQ(given({{"tags", {""}}, {"when", {""}}}), json::parse(R"({"tags": [], "when": ""})"));
  EXPECT_EQ(given({{"manual", {"no"}}}), json::parse(R"({"manual": false})"));
}

TEST_F(TypedWords, ASwitchIsOnWhenItIsThere) {
  EXPECT_EQ(given({{"dry_run", {}}}), json::parse(R"({"dry_run": true})"));
}

TEST_F(TypedWords, WhatDoesNotFitIsCalledAsItWasTyped) {
  EXPECT_EQ(refusal({{"ids", {"1", "two"}}}), "invalid ID `two`: use a whole number from 1");
  EXPECT_EQ(refusal({{"one", {"0"}}}), "invalid N `0`: use a whole number from 1");
  EXPECT_EQ(refusal({{"max_cost", {"0"}}}),
            "invalid max-cost `0`: use a number more than 0 and at most 1000000");
  EXPECT_EQ(refusal({{"max_cost", {"nan"}}}),
            "invalid max-cost `nan`: use a number more than 0 and at most 1000000");
  EXPECT_EQ(refusal({{"max_cost", {"1e99"}}}).find("invalid max-cost `"), 0U);
  EXPECT_EQ(refusal({{"manual", {"perhaps"}}}), "invalid manual `perhaps`: use yes or no");
  EXPECT_EQ(refusal({{"when", {"noon"}}}),
            "invalid when `noon`: use 23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z");
  EXPECT_EQ(refusal({{"ids", {"99999999999999999999"}}}),
            "invalid ID `99999999999999999999`: use a whole number from 1");
}

TEST_F(TypedWords, AVariableThatIsNotSetIsNotAWord) {
  EXPECT_EQ(refusal({{"ids", {""}}}), "an empty ID: leave it out");
  EXPECT_EQ(refusal({{"ids", {"", "3"}}}), "an empty ID: leave it out");
  EXPECT_EQ(refusal({{"one", {""}}}), "an empty N: leave it out");
  EXPECT_EQ(refusal({{"labels", {""}}}), "an empty label: leave it out");
  EXPECT_EQ(refusal({{"labels", {"a", ""}}}), "an empty label: leave it out");
  EXPECT_EQ(refusal({{"tags", {"a", ""}}}), "an empty tags: leave it out");
  EXPECT_EQ(refusal({{"max_cost", {""}}}), "an empty max-cost: leave it out");
  EXPECT_EQ(refusal({{"note", {""}}}), "an empty note: leave it out");
}

TEST_F(TypedWords, AFileIsReadAndItsNameIsGivenToo) {
  sample_.write("run.txt", "abc\n");
  EXPECT_EQ(given({{"text", {path("run.txt")}}}), json({{"text", "abc\n"}, {"file", path("run.txt")}}));
  EXPECT_EQ(given({{"text", {"-"}}}, "typed"), json::parse(R"({"text": "typed", "file": "-"})"));
}

TEST_F(TypedWords, AFileThatHoldsNothingOrTooMuchIsRefused) {
  EXPECT_EQ(refusal({{"text", {"-"}}}, ""), "standard input is empty");
  sample_.write("empty", "");
  sample_.write("large", "123456789");
  sample_.write("whole", "12345678");
  const std::string unreadable = ": it is not there, is empty, or is a directory";
  EXPECT_EQ(refusal({{"text", {path("empty")}}}), "cannot read " + path("empty") + unreadable);
  EXPECT_EQ(refusal({{"text", {path("absent")}}}), "cannot read " + path("absent") + unreadable);
  EXPECT_EQ(refusal({{"text", {sample_.root()}}}), "cannot read " + sample_.root() + unreadable);
  EXPECT_EQ(refusal({{"text", {path("large")}}}),
            path("large") + " is larger than 0 MiB | split it, or shorten it");
  EXPECT_EQ(refusal({{"text", {"-"}}}, "123456789"),
            "standard input is larger than 0 MiB | split it, or shorten it");
  EXPECT_EQ(given({{"text", {path("whole")}}})["text"], "12345678") << "the last byte that is allowed";
}

TEST_F(TypedWords, WordsComeFromStandardInputWhenADashIsTyped) {
  EXPECT_EQ(given({{"note", {"-"}}}, "typed")["note"], "typed");
  EXPECT_EQ(given({{"note", {"- x"}}}, "typed")["note"], "- x");
}

TEST_F(TypedWords, OrFromAFileButNotFromBoth) {
  sample_.write("note", "a\nb\n");
  EXPECT_EQ(given({{"note_file", {path("note")}}}), json::parse(R"({"note": "a\nb\n"})"));
  EXPECT_EQ(given({{"note_file", {"-"}}}, "typed"), json::parse(R"({"note": "typed"})"));
  EXPECT_EQ(refusal({{"note", {"x"}}, {"note_file", {path("note")}}}),
            "--note and --note-file exclude each other");
  EXPECT_EQ(refusal({{"note_file", {path("absent")}}}).find("cannot read "), 0U);
  sample_.write("none", "");
  EXPECT_EQ(given({{"note_file", {path("none")}}}), json::parse(R"({"note": ""})"))
      << "no words is a text too";
}

TEST_F(TypedWords, AnyBytesOfAFileAreTaken) {
  const std::string bytes("a\0\xFF\n", 4);
  sample_.write("bytes", bytes);
  EXPECT_EQ(given({{"text", {path("bytes")}}})["text"].get<std::string>(), bytes);
}

}  // namespace
}  // namespace orchestrate::api
