// What an agent is told of its task, of the files that were named and of the work before it.
#include "orchestrator/attempt/prompt/bundle.h"

#include <fstream>

#include "tests/orchestrator/attempt/sample.h"
#include "tests/orchestrator/fake_machine.h"
#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class TaskBundle : public test::WithStore {
 protected:
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(temp.project.paths.project + "/" + name) << text;
  }
  prompts::Bundle bundle(const Task& task) { return task_bundle(task, temp.project, machine, store); }
  prompts::Bundle bundle_of(const Attempt& a) { return agent_bundle(a, temp.project, machine, store); }

  // A task that was attempted, with what its last run left.
  std::int64_t add_done(const std::string& summary, const std::string& branch) {
    const auto id = temp.add("Parse the header");
    const auto run_id = start(id);
    auto run = store.runs.find(run_id).value();
    run.summary = summary;
    run.branch = branch;
    Settlement settlement;
    settlement.state = TaskState::done;
    store.write([&] { store.end_run(run, settlement, 10); });
    return id;
  }

  test::FakeMachine machine;
};

TEST_F(TaskBundle, HasWhatThePersonWrote) {
  temp.project.config.checks.protected_paths = {"tests/**"};
  Task task;
  task.id = 12;
  task.title = "Fix the parser";
  task.type = "FIX";
  task.rank = 1;
  task.description = "It drops the last line.";
  task.acceptance = {"no line is lost", "no line comes twice"};
  task.ledger.attempts = 2;
  const prompts::Bundle b = bundle(task);
  EXPECT_EQ(b.task_id, "12");
  EXPECT_EQ(b.title, "Fix the parser");
  EXPECT_EQ(b.type, "FIX");
  EXPECT_EQ(b.priority, "P1-HIGH");
  EXPECT_EQ(b.description, "It drops the last line.");
  EXPECT_EQ(b.acceptance, task.acceptance);
  EXPECT_EQ(b.protected_paths, std::vector<std::string>{"tests/**"});
  EXPECT_EQ(b.attempt, 3);
}

TEST_F(TaskBundle, HasEachSpecUnderTheNameThatWasGiven) {
  put("a.md", "first\n");
  put("b.md", "second\n");
  Task task;
  task.specs = {"b.md", "./a.md"};
  const auto specs = bundle(task).specs;
  ASSERT_EQ(specs.size(), 2U);
  EXPECT_EQ(specs[0].name, "b.md");
  EXPECT_EQ(specs[0].text, "second\n");
  EXPECT_EQ(specs[0].original_bytes, 7U);
  EXPECT_EQ(specs[1].name, "./a.md");
  EXPECT_EQ(specs[1].text, "first\n");
}

TEST_F(TaskBundle, SaysOfASpecThatIsNotReadWhyNot) {
  Task task;
  task.specs = {"none.md", "../outside.md"};
  put("../outside.md", "elsewhere");
  const auto specs = bundle(task).specs;
  ASSERT_EQ(specs.size(), 2U);
  EXPECT_EQ(specs[0].text, "(this file does not exist)");
  EXPECT_EQ(specs[0].original_bytes, specs[0].text.size()) << "nothing of it was cut";
  EXPECT_EQ(specs[1].text, "(this file lies outside the project and was not read)");
}

TEST_F(TaskBundle, TakesNoMoreThanSixtyFourKibOfASpec) {
  put("just.md", std::string(64 << 10, 'a'));
  put("more.md", std::string((64 << 10) + 1, 'b'));
  Task task;
  task.specs = {"just.md", "more.md"};
  const auto specs = bundle(task).specs;
  EXPECT_EQ(specs.at(0).text.size(), 64U << 10);
  EXPECT_EQ(specs.at(0).original_bytes, 64U << 10);
  EXPECT_EQ(specs.at(1).text, std::string(64 << 10, 'b'));
  EXPECT_EQ(specs.at(1).original_bytes, (64U << 10) + 1) << "it says that it was cut";
}

TEST_F(TaskBundle, TakesNoMoreThanFourTimesThatOfAllSpecsTogether) {
  put("large.md", std::string(64 << 10, 'a'));
  put("small.md", "16 bytes of text");
  Task task;
  task.specs = {"small.md", "large.md", "large.md", "large.md", "large.md", "small.md"};
  const auto specs = bundle(task).specs;
  std::size_t bytes = 0;
  for (const auto& spec : specs)
    bytes += spec.text.size();
  EXPECT_EQ(bytes, 256U << 10);
  EXPECT_EQ(specs.at(4).text.size(), (64U << 10) - 16);
  EXPECT_EQ(specs.at(5).text, "");
  EXPECT_EQ(specs.at(5).original_bytes, 16U);
}

TEST_F(TaskBundle, HasTheResultsOfWhatItWaitedForByNumberAndTitle) {
  const auto first = add_done("The header has four fields.", "orchestrate/1");
  const auto second = add_done("Nothing to do.", "");
  const auto untouched = temp.add("not begun");
  Task task;
  task.depends_on = {second, untouched, 4711, first};
  const auto results = bundle(task).dependency_results;
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].name, "task " + std::to_string(second) + ": Parse the header");
  EXPECT_EQ(results[0].text, "Nothing to do.");
  EXPECT_EQ(results[0].original_bytes, results[0].text.size());
  EXPECT_EQ(results[1].name, "task " + std::to_string(first) + ": Parse the header");
  EXPECT_EQ(results[1].text, "The header has four fields.\n(its work: branch orchestrate/1)");
}

TEST_F(TaskBundle, TakesEightKibOfAResultAndItsBranchAllTheSame) {
  Task task;
  const std::string kept = std::string((8 << 10) - 1, 's');
  const std::string summary = kept + "\xc3\xa9" + std::string(1 << 10, 's');
  task.depends_on = {add_done(summary, "b")};
  const auto result = bundle(task).dependency_results.at(0);
  const std::string its_branch = "\n(its work: branch b)";
  EXPECT_EQ(result.text, kept + its_branch) << "no half of a character";
  EXPECT_EQ(result.original_bytes, summary.size() + its_branch.size())
      << "so that the prompt says that it is cut";
}

TEST_F(TaskBundle, OfAnAttemptSaysWhereItWorksAndHowItIsJudged) {
  Attempt a = test::good_attempt();
  a.task.ledger.attempts = 5;
  a.terms.number = 2;
  a.terms.earlier_failure = "exit 1";
  a.terms.agent.expects_changes = false;
  a.facts.red_on_base = {false, true};
  const prompts::Bundle b = bundle_of(a);
  EXPECT_EQ(b.checks, (std::vector<std::string>{"own", "make test"}));
  EXPECT_EQ(b.red_on_base, std::vector<std::string>{"make test"});
  EXPECT_EQ(b.attempt, 2);
  EXPECT_EQ(b.earlier_failure, "exit 1");
  EXPECT_EQ(b.workspace, "/w/task-7");
  EXPECT_EQ(b.branch, "orchestrate/7");
  EXPECT_EQ(b.agent_type, "coder");
  EXPECT_FALSE(b.expects_changes);
  EXPECT_EQ(b.title, "Fix it");
}

TEST_F(TaskBundle, OfAnAttemptWithoutAWorkspaceNamesNone) {
  Attempt a = test::good_attempt();
  a.facts.created.reset();
  a.facts.red_on_base = {std::nullopt, std::nullopt};
  EXPECT_EQ(bundle_of(a).workspace, "");
  EXPECT_TRUE(bundle_of(a).red_on_base.empty()) << "nobody has looked";
}

Run ended(VerdictKind verdict, const std::string& why) {
  Run run;
  run.phase = RunPhase::ended;
  run.verdict = verdict;
  run.why = why;
  return run;
}

TEST(EarlierFailure, IsTheReasonOfTheLastRunThatEndedWithItsFailedChecks) {
  orchestrate::Run last = ended(VerdictKind::retry, "2 of 3 checks failed");
  last.evidence.checks.resize(3);
  last.evidence.checks[0].command = "make test";
  last.evidence.checks[0].output_tail = "E: one";
  last.evidence.checks[1].command = "make format";
  last.evidence.checks[1].output_tail = "fine";
  last.evidence.checks[1].passed = true;
  last.evidence.checks[2].command = "make lint";
  last.evidence.checks[2].output_tail = "E: two";
  orchestrate::Run running;
  running.phase = RunPhase::running;
  EXPECT_EQ(earlier_failure({ended(VerdictKind::retry, "older"), last, running}),
            "2 of 3 checks failed\n\n$ make test\nE: one\n\n$ make lint\nE: two");
}

TEST(EarlierFailure, IsNoneAfterASuccessOrNothing) {
  EXPECT_EQ(earlier_failure({}), "");
  EXPECT_EQ(earlier_failure(std::vector<orchestrate::Run>(1)), "") << "it has not ended";
  EXPECT_EQ(earlier_failure({ended(VerdictKind::retry, "older"), ended(VerdictKind::accept, "fine")}), "");
}

}  // namespace
}  // namespace orchestrate
