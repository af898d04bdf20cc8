#include "tests/api/cli/pages/shown.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "api/cli/pages/pages.h"

namespace orchestrate::test {
namespace {

using nlohmann::json;

std::string printed(const std::string& operation, const json& answer, const json& given, bool colour) {
  std::ostringstream out;
  api::Context context;
  context.out = &out;
  context.err = &out;
  context.colour = colour;
  api::print_answer(context, *api::find_operation(operation), answer, given);
  return out.str();
}

}  // namespace

std::string shown(const std::string& operation, const json& answer, bool colour) {
  return printed(operation, answer, json::object(), colour);
}

std::string shown(const std::string& operation, const json& answer, const json& given) {
  return printed(operation, answer, given, false);
}

std::string noted(const std::string& operation, const json& answer) {
  std::ostringstream err;
  api::Context context;
  context.err = &err;
  const api::Page* page = api::find_page(operation);
  if (page->note != nullptr) page->note(context, answer);
  return err.str();
}

int status_of(const std::string& operation, const json& answer) {
  const api::Page* page = api::find_page(operation);
  return page->status == nullptr ? 0 : page->status(answer);
}

}  // namespace orchestrate::test
