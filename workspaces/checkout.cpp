#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "workspaces/git/git.h"
#include "workspaces/tree/folder.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::chrono::minutes kCheckoutLimit{30};

void fill(const CheckoutRequest& request) {
  const TemporaryFolder temporary(request.results_git);
  const Git git(request.results_git, request.path);
  GitOptions options;
  options.time_limit = kCheckoutLimit;
  options.offline_lfs = true;
  options.environment = {"GIT_INDEX_FILE=" + temporary.path() + "/index"};
  git.must({"read-tree", request.commit}, options);
  git.must({"checkout-index", "-q", "-a"}, options);
}

}  // namespace

void checkout(const CheckoutRequest& request) {
  make_private_folders(std::filesystem::path(request.path).parent_path().string());
  if (mkdir(request.path.c_str(), 0700) != 0) {
    throw WorkspaceError("cannot make the folder " + request.path +
                         " for a clean checkout: " + std::strerror(errno));
  }
  try {
    fill(request);
  } catch (...) {
    remove_tree(request.path);
    throw;
  }
}

}  // namespace orchestrate::workspaces
