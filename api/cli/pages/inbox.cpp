// What waits for people, for people.
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/pages/pages.h"
#include "text/display.h"

namespace orchestrate::api {
namespace {

using text::Colour;
using text::coloured;
using text::indented;
using text::printable;
using text::shortened;
using text::table;

using nlohmann::json;

std::string text_in(const json& item, const char* name) {
  return item[name].get<std::string>();
}

std::string options_of(const json& item) {
  if (item["status"] != "open") return text_in(item, "status") + ": " + text_in(item, "answer");
  std::string options;
  for (const json& option : item["options"])
    options +=
        (options.empty() ? "" : " | ") + option.get<std::string>() + (option == item["default"] ? "*" : "");
  return options;
}

void print_list(const Context& context, const json& items, const json&) {
  if (items.empty()) {
    *context.out << "nothing is waiting for you\n";
    return;
  }
  std::vector<std::vector<std::string>> rows = {{"N", "KIND", "TASK", "TIMES", "TITLE", "OPTIONS"}};
  for (const json& item : items) {
    rows.push_back({item["id"].dump(), item["kind"], item["task"].is_null() ? "-" : item["task"].dump(),
                    item["times"].dump(), shortened(printable(text_in(item, "title")), 64),
                    options_of(item)});
  }
  *context.out << table(rows) << "\norchestrate inbox show N   shows one with its evidence\n";
}

void print_item(const Context& context, const json& item, const json&) {
  auto& out = *context.out;
  const auto heading = [&](const std::string& text) {
    out << coloured(printable(text), Colour::bold, context.colour) << "\n";
  };
  heading(item["id"].dump() + "  " + text_in(item, "title"));
  out << text_in(item, "kind") << ", " << text_in(item, "status") << ", since " << text_in(item, "created_at")
      << (item["times"] > 1 ? ", " + item["times"].dump() + " times" : "") << "\n";
  for (const json& part : item["packet"]) {
    out << "\n";
    heading(text_in(part, "heading"));
    out << indented(printable(text_in(part, "text"), true), "  ");
  }
  out << "\n";
  heading("Options");
  for (const json& option : item["options"])
    out << "  " << printable(option.get<std::string>()) << (option == item["default"] ? "  (default)" : "")
        << "\n";
}

void print_answered(const Context& context, const json& answer, const json&) {
  *context.out << "item " << answer["id"] << ": " << printable(text_in(answer, "answer")) << "\n";
}

void print_archived(const Context& context, const json& answer, const json&) {
  *context.out << answer["archived"] << (answer["archived"] == 1 ? " item" : " items") << " archived\n";
}

}  // namespace

std::vector<Page> inbox_pages() {
  return {{"inbox.list", print_list},
          {"inbox.show", print_item},
          {"inbox.answer", print_answered},
          {"inbox.done", print_answered},
          {"inbox.archive", print_archived}};
}

}  // namespace orchestrate::api
