// The list of what a person may write on a task.
#include "orchestrator/store/rows/task_fields.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

// Another value than that of a new task, and than that of another `n`.
void fill(std::string& value, int n) {
  value = "text " + std::to_string(n);
}
void fill(std::optional<std::string>& value, int n) {
  value = "maybe " + std::to_string(n);
}
void fill(int& value, int n) {
  value = n % 2;
}
void fill(bool& value, int n) {
  value = n % 2 == 1;
}
void fill(std::optional<std::int64_t>& value, int n) {
  value = n;
}
void fill(std::vector<std::string>& value, int n) {
  value.assign(static_cast<std::size_t>(n), "an element");
}
void fill(std::vector<std::int64_t>& value, int n) {
  value = {n};
}

void expect_same(const Task& is, const Task& due) {
  for (const TaskField& field : task_fields())
    std::visit([&](auto member) { EXPECT_EQ(is.*member, due.*member) << field.name; }, field.member);
}

TEST(TaskFields, EachSurvivesTheTableWhenItIsAddedAndWhenItIsEdited) {
  test::TempProject temp;
  temp.add("1");
  temp.add("2");
  Task task;
  for (int n = 1; n <= 2; ++n) {
    for (const TaskField& field : task_fields()) {
      if (n == 1 || !field.for_good) std::visit([&](auto member) { fill(task.*member, n); }, field.member);
    }
    temp.store->write([&] {
      if (n == 1) {
        task.id = temp.store->tasks.add(task, 1);
      } else {
        EXPECT_TRUE(temp.store->tasks.edit(task, 2));
      }
    });
    expect_same(temp.task(task.id), task);
  }
}

TEST(TaskFields, WhatIsGivenForGoodIsLeftByAnEdit) {
  test::TempProject temp;
  Task task;
  task.title = "t";
  task.key = "the key";
  temp.store->write([&] { task.id = temp.store->tasks.add(task, 1); });
  task.key = "another";
  temp.store->write([&] { EXPECT_TRUE(temp.store->tasks.edit(task, 2)); });
  EXPECT_EQ(temp.task(task.id).key, "the key");
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
