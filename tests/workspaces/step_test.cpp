#include "workspaces/step.h"

#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

class Step : public Workshop {
 protected:
  StepResult run(const std::string& request, int code = 0) {
    put("step/request.json", request);
    EXPECT_EQ(run_step(at("step")), code);
    return read_result(at("step")).value_or(StepResult{"no result", {}, {}, {}, {}, false, ""});
  }
};

TEST_F(Step, AWholeTaskGoesThroughFiles) {
  const Created created = run(to_request(create_request())).created;
  EXPECT_EQ(created.path, at("ws/1"));
  put("ws/1/n\xff", "1\n");
  const Snapshot taken = run(to_request(snapshot_request(created))).snapshot;
  EXPECT_TRUE(taken.changed);
  ASSERT_EQ(taken.changes.size(), 1U);
  EXPECT_EQ(taken.changes.front().status, 'A');
  EXPECT_EQ(taken.changes.front().path, "n\ufffd");
  EXPECT_EQ(run(to_request(land_request(created, taken))).landed.commit, taken.commit);
  EXPECT_EQ(run(to_request(CheckoutRequest{at("results/1"), taken.commit, at("fresh")})).error, "");
  EXPECT_TRUE(exists("fresh/README.md"));
  EXPECT_TRUE(run(to_request(remove_request(created))).removed);
}

TEST_F(Step, AFailureIsASentenceInTheResult) {
  CreateRequest request = create_request();
  request.base = "no-such";
  EXPECT_NE(run(to_request(request), 1).error.find("no-such"), std::string::npos);
}

TEST_F(Step, ABrokenRequestIsToldApart) {
  for (const char* text : {"", "{", "[]", R"({"do":"create"})", R"({"do":"dance","with":{}})", "\xff"}) {
    EXPECT_NE(run(text, 2).error, "") << text;
  }
}

TEST_F(Step, NoResultIsNotAnEmptyResult) {
  EXPECT_FALSE(read_result(at("nowhere")).has_value());
  put("step/result.json", "{\"created\": {\"pa");
  EXPECT_FALSE(read_result(at("step")).has_value());
}

TEST_F(Step, AResultWithANumberThatIsNotWholeIsNone) {
  EXPECT_EQ(parse_result(R"({"hidden": {"names": [], "count": 12}})")->hidden.count, 12);
  for (const char* number : {"1e300", "-1e300", "1.5", "18446744073709551616"})
    EXPECT_FALSE(parse_result(std::string(R"({"hidden": {"names": [], "count": )") + number + "}}"))
        << number;
}

TEST_F(Step, BytesThatARequestCannotHoldAreRefusedWhereItIsMade) {
  CreateRequest request = create_request();
  request.project = "/p\xff";
  EXPECT_NE(error_of([&] { (void)to_request(request); }).find("UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::workspaces
