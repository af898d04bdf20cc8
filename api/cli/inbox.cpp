#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/verbs.h"
#include "api/operations/json.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

InboxItem item_or_refuse(Store& store, std::int64_t id) {
  auto item = store.inbox.find(id);
  if (!item)
    throw Refused("there is no inbox item " + std::to_string(id) + "\n  `orchestrate inbox` lists them");
  return *item;
}

}  // namespace

int inbox(const Context& context, bool closed_too) {
  auto opened = open_project(context, false);
  const auto items = opened.store->inbox.list(closed_too ? "" : "open");
  if (context.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& item : items)
      list.push_back(item_json(item, false));
    *context.out << text_of(list);
    return 0;
  }
  if (items.empty()) {
    *context.out << "the inbox is empty: nobody owes a decision\n";
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"N", "KIND", "TASK", "TIMES", "TITLE", "OPTIONS"}};
  for (const auto& item : items) {
    std::string options;
    for (const auto& option : item.options) {
      options += (options.empty() ? "" : " | ") + option + (option == item.default_option ? "*" : "");
    }
    if (item.status != "open") options = item.status + ": " + item.answer;
    rows.push_back({std::to_string(item.id), item.kind, item.task ? std::to_string(*item.task) : "-",
                    std::to_string(item.times), shortened(printable(item.title), 64), options});
  }
  *context.out << table(rows) << "\norchestrate inbox show N   shows one with its evidence\n";
  return 0;
}

int inbox_answer(const Context& context, std::int64_t id, const std::string& option,
                 const std::string& note) {
  auto opened = open_project(context, false);
  const InboxItem item = item_or_refuse(*opened.store, id);
  if (std::find(item.options.begin(), item.options.end(), option) == item.options.end()) {
    const std::string options = joined(item.options, ", ");
    throw UsageError("`" + option + "` is no option of item " + std::to_string(id) + ": choose one of " +
                     options);
  }
  bool answered = false;
  opened.store->write([&] { answered = opened.store->answer(item, option, note, wall_ms()); });
  if (!answered) throw Refused("item " + std::to_string(id) + " is " + item.status + " already");
  *context.out << "item " << id << ": " << option << "\n";
  return 0;
}

int inbox_archive(const Context& context, const std::string& older_than) {
  const auto age_ms = older_than.empty() ? 0 : config::parse_duration_ms(older_than);
  if (!age_ms) throw UsageError("`" + older_than + "` is no duration: write 7d or 36h");
  auto opened = open_project(context, false);
  const std::int64_t now_ms = wall_ms();
  std::int64_t archived = 0;
  opened.store->write([&] { archived = opened.store->inbox.archive(now_ms - *age_ms, now_ms); });
  if (context.json) {
    *context.out << nlohmann::json{{"archived", archived}}.dump() << "\n";
  } else {
    *context.out << archived << (archived == 1 ? " item" : " items") << " archived\n";
  }
  return 0;
}

int inbox_show(const Context& context, std::int64_t id) {
  auto opened = open_project(context, false);
  const InboxItem item = item_or_refuse(*opened.store, id);
  if (context.json) {
    *context.out << text_of(item_json(item, true));
    return 0;
  }
  auto& out = *context.out;
  out << coloured(std::to_string(item.id) + "  " + printable(item.title), Colour::bold, context.colour)
      << "\n";
  out << item.kind << ", " << item.status << ", since " << utc_time(item.created_ms)
      << (item.times > 1 ? ", " + std::to_string(item.times) + " times" : "") << "\n";
  for (const auto& [heading, text] : item.packet) {
    out << "\n"
        << coloured(printable(heading), Colour::bold, context.colour) << "\n"
        << indented(printable(text, true), "  ");
  }
  out << "\n" << coloured("Options", Colour::bold, context.colour) << "\n";
  for (const auto& option : item.options)
    out << "  " << option << (option == item.default_option ? "  (default)" : "") << "\n";
  return 0;
}

}  // namespace orchestrate::api
