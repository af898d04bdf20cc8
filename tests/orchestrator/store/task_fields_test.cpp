// The list of what a person may write on a task.
#include "orchestrator/store/task_fields.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

TEST(TaskFields, EachIsAColumnOfTheDatabase) {
  const test::TempProject temp;
  Database db(temp.project.paths.state + "/state.db");
  for (const TaskField& field : task_fields()) {
    if (field.column.empty()) continue;
    auto columns = db.query("SELECT count(*) FROM pragma_table_info('tasks') WHERE name = ?");
    columns.bind(field.column);
    ASSERT_TRUE(columns.next());
    EXPECT_EQ(columns.integer(0), 1) << field.column;
  }
}

TEST(TaskFields, HaveNamesThatDifferAndASentenceEach) {
  std::set<std::string_view> names;
  for (const TaskField& field : task_fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    const bool is_new = field.other_name.empty() || names.insert(field.other_name).second;
    EXPECT_TRUE(is_new) << field.other_name;
    EXPECT_FALSE(field.does.empty()) << field.name;
  }
}

TEST(TaskFields, AreFoundByBothTheirNames) {
  EXPECT_EQ(find_task_field("agent_type"), find_task_field("agent"));
  EXPECT_EQ(find_task_field("checks")->kind, TaskField::Kind::commands);
  EXPECT_EQ(find_task_field("check"), nullptr);
  EXPECT_EQ(find_task_field(""), nullptr);
}

}  // namespace
}  // namespace orchestrate
