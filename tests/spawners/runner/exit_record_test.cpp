// exit.json as it is written and read: whole, or not at all.
#include "spawners/step/exit_record.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace orchestrate::spawners {
namespace {

const std::string kWhole =
    R"({"reason":"signalled","code":-1,"signal":9,"error":"a \"b\" \u00e9","started_at_ms":1750000000000,)"
    R"("ended_at_ms":1750000001500,"wall_ms":1500,"user_ms":20,"system_ms":10,"max_rss_kib":4096,)"
    R"("stdout_bytes":12,"stderr_bytes":3,"dropped_bytes":1,"swept":2,"left":1,)"
    R"("stdout_tail":["stdout.tail.1","stdout.tail.0"],"stderr_tail":[],"step":""})";

TEST(ExitRecord, IsReadWithEveryField) {
  const auto r = parse_exit_record(kWhole + "\n");
  ASSERT_TRUE(r);
  EXPECT_EQ(r->reason, ExitReason::signalled);
  EXPECT_EQ(r->code, -1);
  EXPECT_EQ(r->signal, 9);
  EXPECT_EQ(r->error, "a \"b\" \xC3\xA9");
  EXPECT_EQ(r->started_at_ms, 1750000000000);
  EXPECT_EQ(r->ended_at_ms, 1750000001500);
  EXPECT_EQ(r->wall_ms, 1500);
  EXPECT_EQ(r->user_ms, 20);
  EXPECT_EQ(r->system_ms, 10);
  EXPECT_EQ(r->max_rss_kib, 4096);
  EXPECT_EQ(r->stdout_bytes, 12);
  EXPECT_EQ(r->stderr_bytes, 3);
  EXPECT_EQ(r->dropped_bytes, 1);
  EXPECT_EQ(r->swept, 2);
  EXPECT_EQ(r->left, 1);
  EXPECT_EQ(r->stdout_tail, (std::vector<std::string>{"stdout.tail.1", "stdout.tail.0"}));
  EXPECT_TRUE(r->stderr_tail.empty());
}

TEST(ExitRecord, TornAtAnyByteIsNoRecord) {
  for (std::size_t size = 0; size < kWhole.size(); ++size) {
    EXPECT_FALSE(parse_exit_record(kWhole.substr(0, size))) << size;
    std::string zeros = kWhole;
    zeros.replace(size, std::string::npos, kWhole.size() - size, '\0');
    EXPECT_FALSE(parse_exit_record(zeros)) << size << " bytes, then what a power loss leaves";
  }
}

TEST(ExitRecord, WithAnyByteDamagedIsSurvived) {
  int refused = 0;
  for (std::size_t at = 0; at < kWhole.size(); ++at) {
    for (const char byte : {'\0', '\xFF', '"', '{', '9', '-'}) {
      std::string damaged = kWhole;
      damaged[at] = byte;
      refused += parse_exit_record(damaged) ? 0 : 1;
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(ExitRecord, OfAnotherShapeIsNoRecord) {
  for (const char* text :
       {"null", "[]", "{}", "7", "\"exited\"", R"({"reason":"exited"})",
        R"({"reason":"bored","code":0,"signal":0,"started_at_ms":1,"ended_at_ms":2,"wall_ms":1})",
        R"({"reason":7,"code":0,"signal":0,"started_at_ms":1,"ended_at_ms":2,"wall_ms":1})",
        R"({"reason":"exited","code":"0","signal":0,"started_at_ms":1,"ended_at_ms":2,"wall_ms":1})"}) {
    EXPECT_FALSE(parse_exit_record(text)) << text;
  }
  EXPECT_FALSE(parse_exit_record(std::string(100'000, '[')));
}

TEST(ExitRecord, OfNumbersThatDoNotFitIsNoRecord) {
  const std::string rest = R"(,"signal":0,"started_at_ms":1,"ended_at_ms":2,"wall_ms":1})";
  const auto with_code = [&rest](const std::string& code) {
    return parse_exit_record(R"({"reason":"exited","code":)" + code + rest);
  };
  EXPECT_EQ(with_code("-2147483648")->code, std::numeric_limits<int>::min());
  for (const char* code : {"1e300", "1.5", "-1e300", "4294967296", "-2147483649", "18446744073709551615"})
    EXPECT_FALSE(with_code(code)) << code;
}

TEST(ExitRecord, OnlyExitZeroByItselfIsClean) {
  ExitRecord r;
  r.code = 0;
  EXPECT_TRUE(r.clean_exit());
  r.code = 1;
  EXPECT_FALSE(r.clean_exit());
  r.code = 0;
  for (const ExitReason reason :
       {ExitReason::signalled, ExitReason::spawn_failed, ExitReason::wall_limit, ExitReason::silence_limit,
        ExitReason::cancelled, ExitReason::output_limit}) {
    r.reason = reason;
    EXPECT_FALSE(r.clean_exit()) << to_string(reason);
    EXPECT_EQ(exit_reason_from(to_string(reason)), reason);
  }
}

TEST(ExitRecord, IsDescribedForPeople) {
  ExitRecord r;
  r.code = 2;
  EXPECT_EQ(describe(r), "exit 2");
  r.reason = ExitReason::signalled;
  r.signal = 9;
  EXPECT_EQ(describe(r), "killed by SIGKILL");
  r.signal = 1000;
  EXPECT_EQ(describe(r), "killed by signal 1000");
  r.reason = ExitReason::silence_limit;
  EXPECT_EQ(describe(r), "stopped: no output for its silence limit");
}

TEST(ExitRecord, FitsIntoItsReserveWhateverTheError) {
  for (const char* unit : {"x", "\x01", "\xff", "\"", "\xf0\x9f\x98\x80"}) {
    ExitRecord record;
    for (int i = 0; i < 20'000; ++i)
      record.error += unit;
    record.started_at_ms = record.ended_at_ms = record.wall_ms = record.user_ms = record.system_ms =
        INT64_MAX;
    record.max_rss_kib = record.stdout_bytes = record.stderr_bytes = record.dropped_bytes = INT64_MAX;
    record.swept = record.left = INT32_MAX;
    record.stdout_tail = {"stdout.tail.0", "stdout.tail.1"};
    record.stderr_tail = {"stderr.tail.1", "stderr.tail.0"};
    const std::string text = to_json(record);
    EXPECT_LT(text.size(), kExitRecordBytes);
    const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << text;
    EXPECT_EQ(parsed["left"], INT32_MAX);
    EXPECT_EQ(parsed["stderr_tail"], (nlohmann::json{"stderr.tail.1", "stderr.tail.0"}));
    const std::string error = parsed["error"];
    EXPECT_EQ(error.substr(error.size() - 3), "...");
    EXPECT_GT(nlohmann::json(error).dump().size(), 2'500U) << "as much as there is room for";
  }
}

TEST(ExitRecord, IsReadAsItWasWritten) {
  const auto whole = parse_exit_record(kWhole);
  ASSERT_TRUE(whole);
  EXPECT_EQ(to_json(*whole), nlohmann::ordered_json::parse(kWhole).dump());
  ExitRecord bytes;
  bytes.error = "a\xff\"b\x01";
  EXPECT_EQ(parse_exit_record(to_json(bytes))->error, "a\xef\xbf\xbd\"b\x01");
}

}  // namespace
}  // namespace orchestrate::spawners
