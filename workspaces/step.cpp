#include "workspaces/step.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "system/files.h"

namespace orchestrate::workspaces {

using nlohmann::json;

NLOHMANN_JSON_SERIALIZE_ENUM(Kind, {{Kind::clone, "clone"},
                                    {Kind::in_place, "in_place"},
                                    {Kind::scratch, "scratch"}})
NLOHMANN_JSON_SERIALIZE_ENUM(LandMode, {{LandMode::branch, "branch"}, {LandMode::merge_ff, "merge_ff"}})

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CreateRequest, kind, project, base, root, key, branch, results_git,
                                   keep_ref, restore)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HideRequest, kind, workspace, results_git, base_commit, globs, fresh)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Caps, file_bytes, total_bytes, files, path_bytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SnapshotRequest, workspace, results_git, base_commit, agent_branch, author,
                                   message, ref, caps, hidden, gates)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LandRequest, mode, project, results_git, commit, tree, base_commit, branch,
                                   target, keep_ref)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CheckoutRequest, results_git, commit, path)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RemoveRequest, root, checkouts, path, results_git, ref, base_commit)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Listing, names, count)
// With defaults: a run that an older program began knows nothing of `restored`.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Created, path, base_commit, base_tree, reused, restored)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Change, status, path)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LeftOut, path, why)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Snapshot, commit, tree, changed, changes, gates_changed, changed_files,
                                   insertions, deletions, left_out, left_out_count, ignored_files, history,
                                   history_note, agent_commits)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Landed, branch, commit, merged)

namespace {

constexpr std::size_t kLargestFile = 64 << 20;

enum ExitCode { kDone = 0, kFailed = 1, kBrokenRequest = 2 };

template <typename Request>
std::string request_text(const char* work, const Request& request) {
  try {
    return json{{"do", work}, {"with", request}}.dump(2) + '\n';
  } catch (const json::type_error&) {
    throw WorkspaceError(std::string("a request to ") + work +
                         " holds bytes that are not UTF-8: rename the folder or branch that it names");
  }
}

json done(const json& request) {
  const std::string work = request.at("do");
  const json& with = request.at("with");
  if (work == "create") return {{"created", create(with.get<CreateRequest>())}};
  if (work == "hide") return {{"hidden", hide(with.get<HideRequest>())}};
  if (work == "snapshot") return {{"snapshot", snapshot(with.get<SnapshotRequest>())}};
  if (work == "land") return {{"landed", land(with.get<LandRequest>())}};
  if (work == "checkout") {
    checkout(with.get<CheckoutRequest>());
    return json::object();
  }
  if (work == "remove") {
    std::string why;
    const bool removed = remove_if_published(with.get<RemoveRequest>(), why);
    return {{"removed", removed}, {"why", why}};
  }
  throw json::other_error::create(500, "there is no work called \"" + work + "\"", &request);
}

// Of a result that is whole every number is: another one is none of ours, and what it would be made into is
// anybody's guess.
json parsed_result(const std::string& text) {
  return json::parse(text, [](int /*depth*/, json::parse_event_t event, const json& value) {
    if (event == json::parse_event_t::value && value.is_number_float())
      throw json::other_error::create(500, "a number that is not whole", &value);
    return true;
  });
}

// Names that an agent chose may be any bytes: what is not UTF-8 in them is shown as U+FFFD.
std::string result_text(const json& result) {
  return result.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

int report(const std::string& dir, const json& result, int code) {
  if (const auto error = result.find("error"); error != result.end()) {
    std::fprintf(stderr, "%s\n", error->get<std::string>().c_str());
  }
  try {
    system::replace_private(dir + "/result.json", result_text(result), system::Sync::survives_power_loss);
    return code;
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return kFailed;
  }
}

}  // namespace

std::string to_request(const CreateRequest& request) {
  return request_text("create", request);
}
std::string to_request(const HideRequest& request) {
  return request_text("hide", request);
}
std::string to_request(const SnapshotRequest& request) {
  return request_text("snapshot", request);
}
std::string to_request(const LandRequest& request) {
  return request_text("land", request);
}
std::string to_request(const CheckoutRequest& request) {
  return request_text("checkout", request);
}
std::string to_request(const RemoveRequest& request) {
  return request_text("remove", request);
}

int run_step(const std::string& dir) {
  const system::FileText request = system::read_file(dir + "/request.json", kLargestFile);
  if (!request) {
    return report(dir, {{"error", "cannot read " + dir + "/request.json: " + request.why()}}, kBrokenRequest);
  }
  try {
    return report(dir, done(json::parse(request.text)), kDone);
  } catch (const json::exception& error) {
    return report(dir, {{"error", dir + "/request.json: " + error.what()}}, kBrokenRequest);
  } catch (const std::exception& error) {
    return report(dir, {{"error", error.what()}}, kFailed);
  }
}

std::optional<StepResult> read_result(const std::string& dir) {
  // It may have been an agent that put something there: never waited for, never without a bound.
  const system::FileText file = system::read_file(dir + "/result.json", kLargestFile);
  return file ? parse_result(file.text) : std::nullopt;
}

std::optional<StepResult> parse_result(const std::string& result_json) {
  try {
    const json whole = parsed_result(result_json);
    StepResult result;
    result.error = whole.value("error", "");
    result.created = whole.value("created", Created{});
    result.hidden = whole.value("hidden", Listing{});
    result.snapshot = whole.value("snapshot", Snapshot{});
    result.landed = whole.value("landed", Landed{});
    result.removed = whole.value("removed", false);
    result.why = whole.value("why", "");
    return result;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace orchestrate::workspaces
