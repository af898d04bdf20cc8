// The table of operations.
#include <algorithm>
#include <iterator>

#include "api/operations/operation.h"

namespace orchestrate::api {
namespace {

std::vector<Operation> all() {
  std::vector<Operation> table;
  for (const auto& part : {task_operations, steering_operations, session_operations, look_operations,
                           inbox_operations, backup_operations, setup_operations}) {
    auto some = part();
    std::move(some.begin(), some.end(), std::back_inserter(table));
  }
  return table;
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> table = all();
  return table;
}

const Operation* find_operation(const std::string& name) {
  const auto& table = operations();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&name](const Operation& operation) { return operation.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace orchestrate::api
