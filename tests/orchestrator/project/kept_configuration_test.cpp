// What a run began with is there for whoever takes it up.
#include "orchestrator/project/kept_configuration.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

class KeptConfiguration : public testing::Test {
 protected:
  KeptConfiguration() {
    write("agents.toml", "[agent_types.worker]\ndriver = \"script\"\nworkspace = \"scratch\"\n");
    write("routing.toml", "default = \"worker\"\n");
    write("orchestrate.toml", "[workspace]\nroot = \"/var/tmp/elsewhere\"\n");
    write("prompts/fix.md", "Mend {{title}}.\n");
  }
  void write(const std::string& file, const std::string& text) const {
    const fs::path path = temp.project.paths.config_dir + "/" + file;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  [[nodiscard]] Project now() const { return load_project(temp.project.paths.project); }
  [[nodiscard]] std::string folder(const std::string& name) const {
    return temp.project.paths.state + "/configurations/" + name;
  }

  test::TempProject temp;
};

TEST_F(KeptConfiguration, IsWhatItWasWithItsPathsAndTemplates) {
  keep_configuration(now(), "a");
  write("agents.toml", "[agent_types.other]\ndriver = \"script\"\n");
  write("orchestrate.toml", "[workspace]\nroot = \"/var/tmp/here\"\n");
  fs::remove(temp.project.paths.config_dir + "/prompts/fix.md");
  const Project kept = kept_configuration(now().paths, "a");
  EXPECT_TRUE(kept.errors.empty());
  EXPECT_TRUE(kept.config.agent_types.contains("worker"));
  EXPECT_TRUE(kept.paths.workspaces.starts_with("/var/tmp/elsewhere/"));
  EXPECT_EQ(kept.paths.state, now().paths.state);
  prompts::Bundle bundle;
  bundle.title = "it";
  EXPECT_NE(kept.prompts.render("fix", bundle).find("Mend it."), std::string::npos);
}

TEST_F(KeptConfiguration, IsForItsOwnerAlone) {
  keep_configuration(now(), "a");
  EXPECT_EQ(fs::status(folder("a")).permissions() & fs::perms::all, fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder("a") + "/.orchestrate/agents.toml").permissions() & fs::perms::all,
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(KeptConfiguration, ThatIsGoneIsAnErrorAndNotAnEmptyOne) {
  EXPECT_EQ(kept_configuration(now().paths, "a").errors.size(), 1U);
}

TEST_F(KeptConfiguration, OfWhichAFileIsGoneIsNoWholeOne) {
  keep_configuration(now(), "a");
  fs::remove(folder("a") + "/.orchestrate/orchestrate.toml");
  EXPECT_EQ(kept_configuration(now().paths, "a").errors.size(), 1U);
}

TEST_F(KeptConfiguration, ItsWorkspacesLieWhereTheyLay) {
  Project then = now();
  then.paths.workspaces = "/where/the/session/began";
  keep_configuration(then, "a");
  EXPECT_EQ(kept_configuration(now().paths, "a").paths.workspaces, "/where/the/session/began");
}

TEST_F(KeptConfiguration, ThatNobodyNeedsGoes) {
  keep_configuration(now(), "a");
  keep_configuration(now(), "b");
  forget_configurations(now().paths, {"b"});
  EXPECT_FALSE(fs::exists(folder("a")));
  EXPECT_TRUE(fs::exists(folder("b")));
  forget_configurations(now().paths, {});
  forget_configurations(now().paths, {});
  EXPECT_FALSE(fs::exists(folder("b")));
}

}  // namespace
}  // namespace orchestrate
