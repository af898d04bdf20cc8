// Operations by which people decide.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "api/operations/rows/json.h"
#include "api/operations/rows/shapes.h"
#include "text/display.h"
#include "text/list.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using namespace shape;

const char* const kGroup = "Decide";

InboxItem item_or_refuse(Store& store, std::int64_t id) {
  auto item = store.inbox.find(id);
  if (!item)
    throw Refused(Code::not_found, "there is no inbox item " + std::to_string(id),
                  "`orchestrate inbox` lists them");
  return *item;
}

json list(Desk& desk, const json& given) {
  json all = json::array();
  for (const auto& item : desk.store->inbox.list(given["all"] ? "" : "open"))
    all.push_back(item_json(item, false));
  return all;
}

json show(Desk& desk, const json& given) {
  return item_json(item_or_refuse(*desk.store, given["id"]), true);
}

json answer(Desk& desk, const json& given) {
  const auto id = given["id"].get<std::int64_t>();
  const std::string option = given.value("option", std::string("done"));
  const InboxItem item = item_or_refuse(*desk.store, id);
  if (std::find(item.options.begin(), item.options.end(), option) == item.options.end()) {
    throw wrong_usage("`" + option + "` is not an option of item " + std::to_string(id),
                      "choose one of " + text::join(item.options, ", "));
  }
  bool answered = false;
  desk.store->write(
      [&] { answered = desk.store->answer(item, option, given.value("note", std::string()), desk.now_ms); });
  // Somebody else was faster, maybe after we have looked.
  if (!answered)
    throw Refused(Code::refused,
                  "item " + std::to_string(id) + " is already " + item_or_refuse(*desk.store, id).status);
  return {{"id", id}, {"answer", option}};
}

json archive(Desk& desk, const json& given) {
  const std::int64_t age_ms =
      given.contains("older_than")
          ? config::parse_duration_ms(given["older_than"].get<std::string>()).value_or(0)
          : 0;
  std::int64_t archived = 0;
  desk.store->write([&] { archived = desk.store->inbox.archive(desk.now_ms - age_ms, desk.now_ms); });
  return {{"archived", archived}};
}

Field item_id() {
  return {"id", id(), "The item's number", true, "", {"N"}};
}

Field note() {
  Field note{"note", text(), "Why, for the record"};
  note.typed.may_be_empty = true;
  return note;
}

Operation decide(const std::string& name, const std::string& route, const std::string& does,
                 const std::string& example, std::vector<Field> fields, Shape gives, Handler handler) {
  Operation operation;
  operation.name = "inbox." + name;
  operation.verb = "inbox " + name;
  operation.route = route;
  operation.group = kGroup;
  operation.does = does;
  operation.example = "orchestrate " + example;
  if (!route.starts_with("GET")) {
    operation.effect = Effect::writes;
    operation.who = Who::owner;
  }
  operation.fields = std::move(fields);
  operation.gives = std::move(gives);
  operation.handler = handler;
  return operation;
}

Operation list_operation() {
  Operation operation = decide("list", "GET /api/v1/inbox", "List what waits for your decision", "inbox",
                               {{"all", yes_no(), "Closed ones too, until they are archived", false, "no"}},
                               list_of(item_shape(false)), list);
  operation.verb = "inbox";
  return operation;
}

}  // namespace

std::vector<Operation> inbox_operations() {
  const Shape answered = object({{"id", id()}, {"answer", text()}});
  return {
      list_operation(),
      decide("show", "GET /api/v1/inbox/{id}", "Show an item with its evidence and options", "inbox show 3",
             {item_id()}, item_shape(true), show),
      decide("answer", "POST /api/v1/inbox/{id}/answer", "Choose one of an item's options",
             "inbox answer 3 retry --note \"the key is renewed\"",
             {item_id(), {"option", text(), "One of its options", true, "", {"OPTION"}}, note()}, answered,
             answer),
      decide("done", "POST /api/v1/inbox/{id}/done", "Mark an item as handled", "inbox done 3",
             {item_id(), note()}, answered, answer),
      decide("archive", "POST /api/v1/inbox/archive", "Hide closed items", "inbox archive --older-than 7d",
             {{"older_than",
               duration(),
               "Only those closed longer ago, e.g. 7d or 36h",
               false,
               "",
               {"", "DURATION"}}},
             object({{"archived", whole(0)}}), archive)};
}

}  // namespace orchestrate::api
