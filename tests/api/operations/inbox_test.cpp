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

TEST_F(InboxOperations, TheAnswerRetryQueuesTheTaskWithNothingUsedUp) {
  Store& store = sample.store();
  const std::int64_t id = sample.call("tasks.add", {{"title", "Tried"}})["id"];
  orchestrate::Run run;
  run.task = id;
  run.started_ms = 1;
  InboxItem failed;
  failed.task = id;
  failed.kind = InboxKind::attempts_exhausted;
  failed.cause = "attempts_exhausted:task:2";
  failed.title = "failed in every attempt";
  failed.options = {"retry", "done", "cancel"};
  failed.default_option = "retry";
  store.write([&] {
    run.session = store.sessions.start(1, 1);
    run.id = store.runs.start(run);
    Settlement settlement;
    settlement.state = TaskState::failed;
    settlement.item = failed;
    (void)store.end_run(run, settlement, 2'001);
  });
  ASSERT_EQ(sample.call("tasks.show", {{"id", id}})["ledger"]["wall_s"], 2.0);
  EXPECT_EQ(sample.call("inbox.answer", {{"id", 2}, {"option", "retry"}})["answer"], "retry");
  const json shown = sample.call("tasks.show", {{"id", id}});
  EXPECT_EQ(shown["state"], "queued");
  EXPECT_EQ(shown["ledger"],
            json::parse(R"({"attempts": 0, "waits": 0, "wall_s": 0.0, "tokens": 0, "cost_usd": 0.0})"));
}

TEST_F(InboxOperations, TheAnswerAboutAProviderWakesItAndMovesNoTask) {
  Store& store = sample.store();
  InboxItem login;
  login.kind = InboxKind::auth_required;
  login.provider = "p1";
  login.cause = "auth_required:provider:p1";
  login.title = "the provider refuses the login";
  login.options = {"done"};
  login.default_option = "done";
  store.write([&] {
    (void)store.inbox.put(login, 1);
    store.parks.put({"p1", std::nullopt, "no login", 1}, 1);
  });
  ASSERT_EQ(sample.call("session.status")["parks"].size(), 1U);
  EXPECT_EQ(refusal("inbox.answer", {{"id", 2}, {"option", "cancel"}}),
            "`cancel` is not an option of item 2 | choose one of done");
  (void)sample.call("inbox.done", {{"id", 2}});
  EXPECT_EQ(sample.call("session.status")["parks"], json::array());
  EXPECT_EQ(sample.call("tasks.show", {{"id", 1}})["state"], "waiting_human");
}

TEST_F(InboxOperations, AnItemIsToldWithEverythingThatItsListNeeds) {
  const json item = sample.call("inbox.show", {{"id", 1}});
  EXPECT_EQ(item["task"], 1);
  EXPECT_TRUE(item["run"].is_null());
  EXPECT_EQ(item["kind"], "manual");
  EXPECT_EQ(item["title"], "Task 1 is a person's");
  EXPECT_EQ(item["status"], "open");
  EXPECT_EQ(item["answer"], "");
  EXPECT_EQ(item["times"], 1);
  EXPECT_EQ(item["default"], "done");
  EXPECT_TRUE(item["deadline"].is_null());
  EXPECT_EQ(item["created_at"], "2026-11-18T11:00:00Z");
  EXPECT_EQ(item["packet"], json::parse(R"([{"heading": "What", "text": "Water the plants"}])"));
}

TEST_F(InboxOperations, AnAnswerIsAnEvent) {
  (void)sample.call("inbox.answer", {{"id", 1}, {"option", "cancel"}});
  const json events = sample.call("events.list");
  EXPECT_EQ(events.back()["kind"], "inbox_answered");
  EXPECT_EQ(events.back()["answer"], "cancel");
  EXPECT_EQ(events.back()["task"], 1);
  (void)sample.call("inbox.archive");
  EXPECT_EQ(sample.call("events.list").back()["items"], "1");
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
