#include "tests/api/sample.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "api/cli/cli.h"
#include "api/operations/call.h"

namespace orchestrate::test {

using nlohmann::json;

Sample::Sample(const std::string& agents) {
  std::string name = testing::TempDir() + "sample_XXXXXX";
  root_ = ::mkdtemp(name.data());
  std::filesystem::create_directory(root_ + "/.orchestrate");
  write(".orchestrate/agents.toml", agents);
  write(".orchestrate/orchestrate.toml", "[workspace]\nroot = \"" + root_ + "/workspaces\"\n");
}

Sample::~Sample() {
  opened_ = {};
  std::filesystem::remove_all(root_);
}

void Sample::write(const std::string& file, const std::string& text) const {
  std::ofstream(root_ + "/" + file, std::ios::binary) << text;
}

api::Context Sample::context() {
  api::Context context;
  context.out = &out_;
  context.err = &err_;
  context.in = &in_;
  context.directory = root_;
  context.environment = {"PATH=/usr/bin:/bin", "HOME=" + root_};
  return context;
}

api::Desk Sample::desk() {
  if (!opened_.store) opened_ = api::open_project(context(), api::Opens::store);
  return opened_.desk(context());
}

Store& Sample::store() {
  return *desk().store;
}

json Sample::call(const std::string& name, const json& given) {
  api::Desk at = desk();
  return api::call(*api::find_operation(name), at, given);
}

json Sample::call(const std::string& name) {
  return call(name, json::object());
}

std::string Sample::refusal(const std::string& name, const json& given) {
  try {
    (void)call(name, given);
  } catch (const api::Refused& e) {
    constexpr std::array kCodes = {"usage", "refused", "not_found", "forbidden"};
    return std::string(kCodes.at(static_cast<std::size_t>(e.code()))) + ": " + e.what() +
           (e.fix().empty() ? "" : " | " + e.fix());
  }
  return "not refused";
}

int Sample::type(const std::vector<std::string>& words, const std::string& in) {
  out_.str("");
  err_.str("");
  in_.str(in);
  in_.clear();
  return api::run_words(context(), words);
}

}  // namespace orchestrate::test
