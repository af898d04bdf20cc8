#include "api/cli/pages/pages.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/operations/rows/json.h"
#include "text/display.h"

namespace orchestrate::api {
namespace {

using text::table;

using nlohmann::json;
using Kind = Shape::Kind;

const std::vector<Page>& pages() {
  static const std::vector<Page> all = [] {
    std::vector<Page> list;
    for (const auto& part : {task_pages, session_pages, inbox_pages, setup_pages}) {
      auto some = part();
      std::move(some.begin(), some.end(), std::back_inserter(list));
    }
    return list;
  }();
  return all;
}

bool is_scalar(const Shape& shape) {
  return shape.kind != Kind::object && shape.kind != Kind::list;
}

bool is_flat(const Shape& shape) {
  return shape.kind == Kind::object && !shape.open &&
         std::all_of(shape.members.begin(), shape.members.end(),
                     [](const Member& member) { return is_scalar(member.shape); });
}

std::string cell(const json& row, const std::string& name) {
  const auto found = row.find(name);
  if (found == row.end() || found->is_null()) return "-";
  return found->is_string() ? found->get<std::string>()
                            : found->dump(-1, ' ', false, json::error_handler_t::replace);
}

void print_rows(const Context& context, const Shape& row, const json& list) {
  std::vector<std::vector<std::string>> rows(1);
  for (const Member& member : row.members) {
    std::string heading = member.name;
    std::transform(heading.begin(), heading.end(), heading.begin(),
                   [](char c) { return c == '_' ? ' ' : static_cast<char>(std::toupper(c)); });
    rows.front().push_back(heading);
  }
  for (const json& each : list) {
    rows.emplace_back();
    for (const Member& member : row.members)
      rows.back().push_back(cell(each, member.name));
  }
  *context.out << (list.empty() ? "none\n" : table(rows));
}

void print_plain(const Context& context, const Shape& gives, const json& answer) {
  if (gives.kind == Kind::list && is_flat(gives.items.front()))
    return print_rows(context, gives.items.front(), answer);
  if (!is_flat(gives)) {
    *context.out << text_of(answer);
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Member& member : gives.members)
    rows.push_back({member.name, cell(answer, member.name)});
  *context.out << table(rows);
}

}  // namespace

const Page* find_page(const std::string& operation) {
  const auto found = std::find_if(pages().begin(), pages().end(),
                                  [&operation](const Page& page) { return page.operation == operation; });
  return found == pages().end() ? nullptr : &*found;
}

void print_answer(const Context& context, const Operation& operation, const json& answer, const json& given) {
  const Page* page = find_page(operation.name);
  if (page != nullptr) return page->print(context, answer, given);
  print_plain(context, operation.gives, answer);
}

}  // namespace orchestrate::api
