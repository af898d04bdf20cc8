// The verbs by which people decide.
#include <memory>

#include "api/cli/verb.h"

namespace orchestrate::api {
namespace {

const std::string kGroup = "Decide";

struct Answer {
  std::int64_t id = 0;
  std::string option = "done";
  std::string note;
};

Verb show_verb(Context& context) {
  auto id = std::make_shared<std::int64_t>();
  return {"inbox show",
          kGroup,
          "One item with its evidence and options.",
          "orchestrate inbox show 3",
          {{"N", "The item's number", id.get()}, json_switch(context)},
          [&context, id] { return inbox_show(context, *id); }};
}

Verb answer_verb(Context& context) {
  auto o = std::make_shared<Answer>();
  return {"inbox answer",
          kGroup,
          "Chooses one of the item's options.",
          "orchestrate inbox answer 3 retry --note \"the key is renewed\"",
          {{"N", "The item's number", &o->id},
           {"OPTION", "One of its options", &o->option},
           {"--note", "Why, for the record", &o->note}},
          [&context, o] { return inbox_answer(context, o->id, o->option, o->note); }};
}

Verb done_verb(Context& context) {
  auto o = std::make_shared<Answer>();
  return {"inbox done",
          kGroup,
          "It is dealt with.",
          "orchestrate inbox done 3",
          {{"N", "The item's number", &o->id}, {"--note", "Why, for the record", &o->note}},
          [&context, o] { return inbox_answer(context, o->id, o->option, o->note); }};
}

Verb archive_verb(Context& context) {
  auto age = std::make_shared<std::string>();
  return {"inbox archive",
          kGroup,
          "Puts closed items out of sight.",
          "orchestrate inbox archive --older-than 7d",
          {{"--older-than", "Only those closed longer ago, e.g. 7d or 36h", age.get(), "DURATION"},
           json_switch(context)},
          [&context, age] { return inbox_archive(context, *age); }};
}

Verb inbox_verb(Context& context) {
  auto all = std::make_shared<bool>(false);
  return {"inbox",
          kGroup,
          "Decisions owed by people.",
          "orchestrate inbox",
          {{"--all", "Closed ones too, until they are archived", all.get()}, json_switch(context)},
          [&context, all] { return inbox(context, *all); }};
}

}  // namespace

std::vector<Verb> inbox_verbs(Context& context) {
  return {inbox_verb(context), show_verb(context), answer_verb(context), done_verb(context),
          archive_verb(context)};
}

}  // namespace orchestrate::api
