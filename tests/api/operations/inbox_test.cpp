// Deciding: what waits, an answer, and what an answer cannot be.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

class InboxOperations : public testing::Test {
 protected:
  InboxOperations() {
    (void)sample.call("tasks.add", {{"title", "Water the plants"}});
    InboxItem item;
    item.task = 1;
    item.kind = InboxKind::manual;
    item.cause = "task:1";
    item.title = "Task 1 is a person's";
    item.options = {"done", "cancel"};
    item.default_option = "done";
    item.packet = {{"What", "Water the plants"}};
    sample.store().write([&] { (void)sample.store().hand_over(1, item, 1'794'999'600'000); });
  }

  std::string refusal(const std::string& operation, const json& given) {
    try {
      (void)sample.call(operation, given);
    } catch (const Refused& e) {
      return std::string(e.what()) + (e.fix().empty() ? "" : " | " + e.fix());
    }
    return "not refused";
  }

  test::Sample sample;
};

TEST_F(InboxOperations, AnItemIsListedAndShownWithItsEvidence) {
  const json list = sample.call("inbox.list");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["options"], json::array({"done", "cancel"}));
  EXPECT_FALSE(list[0].contains("packet"));
  EXPECT_EQ(sample.call("inbox.show", {{"id", 1}})["packet"][0]["text"], "Water the plants");
  EXPECT_EQ(refusal("inbox.show", {{"id", 9}}), "there is no inbox item 9 | `orchestrate inbox` lists them");
}

TEST_F(InboxOperations, AnAnswerMovesTheTaskAndIsOnRecord) {
  EXPECT_EQ(sample.call("inbox.answer", {{"id", 1}, {"option", "cancel"}, {"note", "no plants"}}),
            json::parse(R"({"id": 1, "answer": "cancel"})"));
  EXPECT_EQ(sample.call("tasks.show", {{"id", 1}})["state"], "cancelled");
  EXPECT_EQ(sample.call("inbox.list"), json::array());
  const json closed = sample.call("inbox.list", {{"all", true}})[0];
  EXPECT_EQ(closed["answer"], "cancel");
  EXPECT_EQ(closed["note"], "no plants");
  EXPECT_EQ(refusal("inbox.done", {{"id", 1}}).substr(0, 17), "item 1 is already");
}

TEST_F(InboxOperations, OnlyAnOfferedOptionIsAnAnswer) {
  EXPECT_EQ(refusal("inbox.answer", {{"id", 1}, {"option", "retry"}}),
            "`retry` is not an option of item 1 | choose one of done, cancel");
  EXPECT_EQ(refusal("inbox.answer", {{"id", 1}}), "`option` is missing | One of its options");
  EXPECT_EQ(sample.call("inbox.list").size(), 1U);
}

TEST_F(InboxOperations, ClosedItemsAreArchivedByAge) {
  (void)sample.call("inbox.done", {{"id", 1}});
  EXPECT_EQ(sample.call("tasks.show", {{"id", 1}})["state"], "done");
  EXPECT_EQ(sample.call("inbox.archive", {{"older_than", "1h"}}), json::parse(R"({"archived": 0})"));
  EXPECT_EQ(sample.call("inbox.archive"), json::parse(R"({"archived": 1})"));
  EXPECT_EQ(sample.call("inbox.list", {{"all", true}}), json::array());
  EXPECT_NE(refusal("inbox.archive", {{"older_than", "a week"}}).find("invalid older_than `a week`"),
            std::string::npos);
}

TEST_F(InboxOperations, PeopleReadItAsAPage) {
  EXPECT_EQ(sample.type({"inbox"}), 0);
  EXPECT_NE(sample.out().find("done* | cancel"), std::string::npos) << sample.out();
  EXPECT_EQ(sample.type({"inbox", "show", "1"}), 0);
  EXPECT_NE(sample.out().find("Options\n  done  (default)\n  cancel\n"), std::string::npos) << sample.out();
  EXPECT_EQ(sample.type({"inbox", "answer", "1", "done", "--json"}), 0);
  EXPECT_EQ(sample.out(), "{\"answer\":\"done\",\"id\":1}\n");
  EXPECT_EQ(sample.type({"inbox"}), 0);
  EXPECT_EQ(sample.out(), "nothing is waiting for you\n");
}

}  // namespace
}  // namespace orchestrate::api
