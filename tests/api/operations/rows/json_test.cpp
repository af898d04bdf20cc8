// Rows as JSON: whatever bytes are in them, scripts can read the document.
#include "api/operations/rows/json.h"
#include "orchestrator/store/rows/event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace orchestrate::api {
namespace {

using nlohmann::json;

// A NUL, an escape, a quote, a C1 byte alone, an overlong slash, a surrogate, a sequence that is cut.
const std::string kHostile("a\0\x1B[2J\"\\\n\x9B\xC0\xAF\xED\xA0\x80\xF0\x9F", 17);

TEST(ApiJson, OfATaskIsValidWhateverItsBytes) {
  Task task;
  task.id = 7;
  task.title = task.type = task.source = kHostile;
  task.needs = task.labels = {kHostile, "ok"};
  const json read = json::parse(text_of(task_json(task, kHostile, kHostile)));
  EXPECT_EQ(read["id"], 7);
  EXPECT_EQ(read["needs"][1], "ok");
  EXPECT_EQ(read["state"], "queued");
  EXPECT_TRUE(read["verified"].is_null());
}

TEST(ApiJson, OfARunIsValidWhateverItsBytes) {
  orchestrate::Run run;
  run.summary = run.why = run.outcome = run.branch = kHostile;
  run.exit.emplace();
  run.exit->error = kHostile;
  run.evidence.checks.push_back({kHostile, 1, false, true, false, "exit 1", kHostile});
  run.evidence.changed = {kHostile};
  const json read = json::parse(text_of(run_json(run)));
  EXPECT_EQ(read["checks"][0]["exit_code"], 1);
  EXPECT_TRUE(read["ended_at"].is_null());
}

TEST(ApiJson, OfAnInboxItemHasItsPacketOnlyInFull) {
  InboxItem item;
  item.packet = {{kHostile, kHostile}};
  EXPECT_FALSE(item_json(item, false).contains("packet"));
  EXPECT_EQ(json::parse(text_of(item_json(item, true)))["packet"].size(), 1U);
}

TEST(ApiJson, OfAReportIsValidWhateverItsBytes) {
  Report report;
  ReportLine line;
  line.task.title = line.why = kHostile;
  report.failed.push_back(line);
  report.lost_time = {{kHostile, 1500}};
  const json read = json::parse(text_of(report_json(report)));
  EXPECT_EQ(read["tasks"]["failed"], 1);
  EXPECT_EQ(read["lost_time"][0]["seconds"], 1.5);
}

TEST(ApiJson, EventIsOneLineWithItsOwnMembers) {
  EventRow row;
  row.seq = 3;
  row.kind = EventKind::run_ended;
  row.data = R"({"why":"a\nb","seq":99})";
  const std::string line = event_line(row);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const json read = json::parse(line);
  EXPECT_EQ(read["why"], "a\nb");
  EXPECT_EQ(read["seq"], 3) << "data cannot take the place of a field";
}

TEST(ApiJson, EventWithDamagedDataIsStillALine) {
  EventRow row;
  for (const std::string& data :
       {std::string("{"), std::string("[1]"), kHostile, std::string("{\"a\":\"\xFF\"}")}) {
    row.data = data;
    EXPECT_TRUE(json::parse(event_line(row)).contains("kind"));
    EXPECT_TRUE(event_members(row).empty());
  }
}

}  // namespace
}  // namespace orchestrate::api
