#include "orchestrator/queue/explain.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace orchestrate {
namespace {

// The first queued tasks of each priority, merged into the order of the queue.
std::vector<Task> first_of_queue(Store& store, const SchedulingContext& context, std::size_t most) {
  std::vector<Task> first;
  for (int rank = 0; rank < 4; ++rank) {
    auto tasks = store.tasks.queued(rank, most);
    std::move(tasks.begin(), tasks.end(), std::back_inserter(first));
  }
  first = in_order(std::move(first), context.now_ms(), context.config().dispatch.aging_ms);
  if (first.size() > most) first.resize(most);
  return first;
}

}  // namespace

Decision decide_by_rows(const Task& task, Store& store, const SchedulingContext& context) {
  return decide(task, task.depends_on.empty() ? std::vector<Task>{} : store.tasks.unmet_dependencies(task.id),
                context);
}

Plan make_plan(Store& store, SchedulingContext context, std::size_t most) {
  Plan plan;
  for (const std::int64_t queued : store.tasks.counts().by_rank)
    plan.queued += queued;
  for (Task& task : first_of_queue(store, context, most)) {
    Decision decision = decide_by_rows(task, store, context);
    // Those before it take their slots first.
    if (decision.kind == Decision::Kind::start) context.started(decision.route.to);
    plan.tasks.push_back({std::move(task), std::move(decision)});
  }
  return plan;
}

// What a person owes it.
std::vector<std::string> WhyNot::asked(const Task& task) {
  std::vector<std::string> questions;
  for (const InboxItem& item : store_.inbox.open_of(task.id))
    questions.push_back("inbox item " + std::to_string(item.id) + ": " + item.title);
  if (questions.empty()) questions.emplace_back("it waits for a person: retry, edit or cancel it");
  return questions;
}

std::vector<std::string> WhyNot::reasons(const Task& task) {
  if (task.state == TaskState::waiting_human) return asked(task);
  if (task.state == TaskState::failed) return {"it has failed"};
  if (task.state != TaskState::queued) return {"it is " + std::string(to_string(task.state))};
  const Decision d = decide_by_rows(task, store_, context_);
  switch (d.kind) {
    case Decision::Kind::human:
      return {"it goes to a person (" + std::string(to_string(*d.inbox_kind)) + "): " + d.route.why};
    case Decision::Kind::start:
      if (!context_.load().session_runs) return {"no session runs: start one with `orchestrate run`"};
      break;
    case Decision::Kind::wait:
      break;
  }
  return d.holds;
}

}  // namespace orchestrate
