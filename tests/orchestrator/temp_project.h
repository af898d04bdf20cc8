// A project of its own below a fresh temporary directory, with a database, removed when the test ends.
#pragma once

#include <memory>
#include <string>

#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"

namespace orchestrate::test {

// A little before the fake runner's clock starts, so that nothing has aged.
inline constexpr std::int64_t kCreatedMs = 1'794'999'999'000;

class TempProject {
 public:
  // Agent types `alpha` (scratch, expects nothing, provider p1, fallback beta) and `beta` (provider p2), both
  // driven by `script`; tasks that need `a` or `b` go to them.
  TempProject();
  ~TempProject();
  TempProject(const TempProject&) = delete;
  TempProject& operator=(const TempProject&) = delete;

  std::int64_t add(const std::string& title, int rank = 2, const std::vector<std::int64_t>& depends_on = {});
  [[nodiscard]] Task task(std::int64_t id) { return *store->tasks.find(id); }

  std::string root;
  Project project;
  std::unique_ptr<Store> store;
};

}  // namespace orchestrate::test
