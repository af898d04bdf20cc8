// The answers of operations as pages for people. The only place of this door that knows operations by name.
//
// An operation without an entry is shown as a plain table, or as JSON where that says too little.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/cli/context.h"

namespace orchestrate::api {

struct Page {
  std::string operation;
  // `given` holds the values of `also` too.
  void (*print)(const Context&, const nlohmann::json& answer, const nlohmann::json& given);
  // The exit status that an answer means; null: 0.
  int (*status)(const nlohmann::json& answer) = nullptr;
  // What this door alone can be told, like a file for the page.
  std::vector<Field> also = {};
  // Beside what is printed, on stderr; with --json too.
  void (*note)(const Context&, const nlohmann::json& answer) = nullptr;
};

// Null: there is none.
[[nodiscard]] const Page* find_page(const std::string& operation);

// The page, or what stands for it.
void print_answer(const Context& context, const Operation& operation, const nlohmann::json& answer,
                  const nlohmann::json& given);

// The parts of the list.
[[nodiscard]] std::vector<Page> task_pages();
[[nodiscard]] std::vector<Page> session_pages();
[[nodiscard]] std::vector<Page> inbox_pages();
[[nodiscard]] std::vector<Page> setup_pages();

}  // namespace orchestrate::api
