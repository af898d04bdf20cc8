#include "tests/simulation/sim_runner.h"

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

namespace orchestrate::test {

using namespace spawners;
using nlohmann::json;

namespace {

bool is_agent(const std::string& step_id) {
  return step_id.ends_with("-agent");
}

const std::string* request_in(const Launch& launch) {
  for (const auto& file : launch.files) {
    if (file.name == "request.json") return &file.text;
  }
  return nullptr;
}

const std::string* step_of(const Event& event) {
  if (const auto* exited = std::get_if<Exited>(&event)) return &exited->step;
  if (const auto* lost = std::get_if<Lost>(&event)) return &lost->step;
  return nullptr;
}

}  // namespace

void SimRunner::act_as_agent(Fate& fate) {
  fate.takes_ms = 1'000 + dice_.upto(3'600'000);
  fate.lines = {R"({"type":"system","subtype":"init","session_id":"s","model":"m"})"};
  if (chance(odds_.rate_limited)) {
    const std::int64_t reset_s = now_.wall_ms / 1000 + 600 + dice_.upto(7'200);
    fate.lines.push_back(R"({"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":)" +
                         std::to_string(reset_s) + "}}");
    fate.exit.code = 1;
    return;
  }
  if (chance(odds_.fails)) {
    fate.exit.code = static_cast<int>(dice_.upto(2));  // 0: without a last record
    return;
  }
  fate.lines.push_back(
      R"({"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":0.)" +
      std::to_string(1 + dice_.upto(8)) + "}");
}

// The result of `orchestrate step`, as workspaces/step.h writes it.
std::string SimRunner::result_of(const std::string& request) {
  const json asked = json::parse(request);
  const std::string work = asked.at("do");
  const json& with = asked.at("with");
  if (work == "create") {
    const std::string path = with.at("root").get<std::string>() + "/" + with.at("key").get<std::string>();
    const bool reused = !made_.insert(path).second;
    return json{{"created",
                 {{"path", path},
                  {"base_commit", "base"},
                  {"base_tree", "tree"},
                  {"reused", reused},
                  {"restored", {{"names", json::array()}, {"count", 0}}}}}}
        .dump();
  }
  if (work == "snapshot") {
    const bool changed = !chance(odds_.unchanged);
    const bool gate = changed && chance(odds_.gate_changed);
    const json gates =
        gate ? json{{"names", {"tests/t.py"}}, {"count", 1}} : json{{"names", json::array()}, {"count", 0}};
    return json{{"snapshot",
                 {{"commit", "c" + std::to_string(dice_.upto(1'000'000))},
                  {"tree", "t" + std::to_string(dice_.upto(1'000'000))},
                  {"changed", changed},
                  {"changes", json::array()},
                  {"gates_changed", gates},
                  {"changed_files", changed ? 1 + dice_.upto(20) : 0},
                  {"insertions", dice_.upto(300)},
                  {"deletions", dice_.upto(300)},
                  {"left_out", json::array()},
                  {"left_out_count", 0},
                  {"ignored_files", 0},
                  {"history", "snapshot"},
                  {"history_note", ""},
                  {"agent_commits", 0}}}}
        .dump();
  }
  if (work == "land") {
    if (chance(odds_.land_fails)) return json{{"error", "the branch has moved"}}.dump();
    return json{{"landed", {{"branch", with.at("branch")}, {"commit", with.at("commit")}, {"merged", false}}}}
        .dump();
  }
  if (work == "hide") return json{{"hidden", {{"names", json::array()}, {"count", 0}}}}.dump();
  if (work == "remove") {
    made_.erase(with.at("path").get<std::string>());
    return json{{"removed", true}, {"why", ""}}.dump();
  }
  return json::object().dump();
}

SimRunner::Fate SimRunner::fate_of(const Step& step) {
  Fate fate;
  fate.takes_ms = 10 + dice_.upto(2'000);
  fate.exit.code = 0;
  if (const std::string* request = request_in(step.launch)) {
    const std::string result = result_of(*request);
    fate.exit.code = json::parse(result).contains("error") ? 1 : 0;
    results_[step.id] = result;
  } else if (is_agent(step.id)) {
    act_as_agent(fate);
  } else {
    fate.exit.code = chance(odds_.red_check) ? 1 : 0;
  }
  fate.lost = chance(odds_.lost);
  return fate;
}

void SimRunner::tell(const std::string& id, const Fate& fate, std::int64_t in_ms) {
  if (fate.lost) {
    agenda_.emplace(now_.mono_ms + in_ms, Lost{id, "killed"});
  } else {
    agenda_.emplace(now_.mono_ms + in_ms, Exited{id, fate.exit});
  }
}

void SimRunner::start(const Step& step) {
  if (const auto known = fates_.find(step.id); known != fates_.end()) {
    if (known->second.over) tell(step.id, known->second, 0);
    return;  // it runs: adopted
  }
  if (step.launch.argv.empty()) {  // it is only to be found
    agenda_.emplace(now_.mono_ms, Lost{step.id, "nothing of it is there"});
    fates_[step.id].over = true;
    return;
  }
  if (fails_now()) throw std::system_error(ENOSPC, std::generic_category(), "the step");
  if (chance(odds_.refused_start)) throw std::system_error(ENOSPC, std::generic_category(), "the step");
  ++begun_[step.id];
  const Fate& fate = fates_[step.id] = fate_of(step);
  if (is_agent(step.id)) agents_.insert(step.id);
  most_at_once_ = std::max(most_at_once_, static_cast<int>(agents_.size()));
  agenda_.emplace(now_.mono_ms, Started{step.id, 4242});
  if (!fate.lines.empty())
    agenda_.emplace(now_.mono_ms + fate.takes_ms / 2, Lines{step.id, "stdout", fate.lines, 0});
  tell(step.id, fate, fate.takes_ms);
}

void SimRunner::cancel(const std::string& step_id) {
  for (auto it = agenda_.begin(); it != agenda_.end(); ++it) {
    const std::string* step = step_of(it->second);
    if (step == nullptr || *step != step_id) continue;
    agenda_.erase(it);
    Fate& fate = fates_.at(step_id);
    fate.lost = false;
    fate.exit.reason = ExitReason::cancelled;
    fate.exit.signal = 15;
    tell(step_id, fate, dice_.upto(9'000));
    return;
  }
}

std::vector<std::string> SimRunner::alive() const {
  std::vector<std::string> ids;
  for (const auto& [id, fate] : fates_) {
    if (!fate.over) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> SimRunner::end_all_but(const std::set<std::string>& step_ids) {
  auto ids = alive();
  std::erase_if(ids, [&step_ids](const std::string& id) { return step_ids.contains(id); });
  for (const auto& id : ids) {
    fates_.at(id).over = true;
    agents_.erase(id);
    std::erase_if(agenda_, [&id](const auto& entry) {
      const std::string* step = step_of(entry.second);
      return step != nullptr && *step == id;
    });
  }
  return ids;
}

bool SimRunner::fails_now() const {
  return std::ranges::any_of(failing_, [this](const auto& window) {
    return window.first <= now_.mono_ms && now_.mono_ms < window.second;
  });
}

std::string SimRunner::tail(const std::string&, const std::string&, std::size_t) const {
  return {};
}

std::string SimRunner::read(const std::string& step_id, const std::string& file, std::size_t) const {
  const auto found = results_.find(step_id);
  return file == "result.json" && found != results_.end() ? found->second : "";
}

std::vector<Event> SimRunner::wait(std::int64_t deadline_mono_ms) {
  const std::int64_t next = agenda_.empty() ? deadline_mono_ms : agenda_.begin()->first;
  return advance_to(std::min(next, deadline_mono_ms));
}

std::vector<Event> SimRunner::advance_to(std::int64_t mono_ms) {
  const std::int64_t to = std::max(now_.mono_ms, mono_ms);
  now_.wall_ms += to - now_.mono_ms;
  now_.mono_ms = to;
  // Somebody sets the clock, or a machine wakes whose clock had stood still.
  if (chance(odds_.clock_jumps)) now_.wall_ms += (dice_.upto(2) - 1) * dice_.upto(3'600'000);
  for (auto deed = deeds_.begin(); deed != deeds_.end() && deed->first <= to; deed = deeds_.erase(deed))
    deed->second();
  std::vector<Event> events;
  for (auto it = agenda_.begin(); it != agenda_.end() && it->first <= to; it = agenda_.erase(it)) {
    if (const std::string* step = step_of(it->second)) {
      fates_.at(*step).over = true;
      agents_.erase(*step);
    }
    events.push_back(std::move(it->second));
  }
  return events;
}

}  // namespace orchestrate::test
