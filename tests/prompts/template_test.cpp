#include "prompts/template.h"

#include <gtest/gtest.h>

#include <string>

#include "prompts/builtin.h"
#include "prompts/placeholders.h"

namespace orchestrate::prompts {
namespace {

std::string fill_with(std::string_view text, const std::string& title, const std::string& branch = "") {
  return fill(text, [&](std::string_view name) { return name == "title" ? title : branch; });
}

TEST(Template, PlaceholdersAreReplacedAndTheRestStays) {
  EXPECT_EQ(fill_with("a {{title}} b }} { {x}\n", "T"), "a T b }} { {x}\n");
  EXPECT_EQ(fill_with("{{title}}{{title}}", "T"), "TT\n");
}

TEST(Template, ValuesAreNotLookedAtAgain) {
  EXPECT_EQ(fill_with("{{title}}\n", "{{branch}} \\{{ {{", "secret"), "{{branch}} \\{{ {{\n");
}

TEST(Template, ABackslashGivesTheBracesThemselves) {
  EXPECT_TRUE(check_template("t", "helm: \\{{ .Values }}\n").empty());
  EXPECT_EQ(fill_with("helm: \\{{ .Values }} {{title}}\n", "T"), "helm: {{ .Values }} T\n");
}

TEST(Template, ALineWhosePlaceholdersAreAllEmptyIsLeftOut) {
  EXPECT_EQ(fill_with("one\n- Branch: {{branch}}\ntwo\n", "T"), "one\ntwo\n");
  EXPECT_EQ(fill_with("one\n- {{title}} {{branch}}\n", "T"), "one\n- T \n");
  EXPECT_EQ(fill_with("one\n\n{{branch}}\n\ntwo\n\n{{branch}}\n", "T"), "one\n\ntwo\n");
}

TEST(Template, BlankLinesOfAValueStay) {
  EXPECT_EQ(fill_with("{{title}}\n", "a\n\n\nb"), "a\n\n\nb\n");
}

TEST(TemplateErrors, ComeWithLineAndColumnAllAtOnce) {
  const auto errors = check_template("t", "ok {{title}}\n\n  {{tilte}} {{nope_nope_nope}}\n{{title\n");
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].line, 3);
  EXPECT_EQ(errors[0].column, 3);
  EXPECT_NE(errors[0].message.find("did you mean `{{title}}`?"), std::string::npos);
  EXPECT_EQ(errors[1].line, 3);
  EXPECT_EQ(errors[1].column, 13);
  EXPECT_NE(errors[1].message.find("known are title, description"), std::string::npos);
  EXPECT_EQ(errors[2].line, 4);
  EXPECT_EQ(errors[2].column, 1);
  EXPECT_NE(errors[2].message.find("not closed"), std::string::npos);
}

TEST(TemplateErrors, ColumnsCountCharactersNotBytes) {
  const auto errors = check_template("t", "äöü€ {{titlle}}");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].column, 6);
}

TEST(TemplateErrors, BlanksInsideTheBracesAreNotAPlaceholder) {
  const auto errors = check_template("t", "{{ title }}");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].message.find("did you mean `{{title}}`?"), std::string::npos);
}

TEST(TemplateErrors, APlaceholderDoesNotRunOverLines) {
  const auto errors = check_template("t", "{{title\n}}");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].line, 1);
}

TEST(TemplateErrors, AnEmptyTemplateOrBytesThatAreNotTextAreRefused) {
  EXPECT_EQ(check_template("t", "").size(), 1U);
  EXPECT_EQ(check_template("t", " \n\t\n").size(), 1U);
  EXPECT_EQ(check_template("t", "a \xFF b").size(), 1U);
  EXPECT_EQ(check_template("t", std::string_view("a\0b", 3)).size(), 1U);
}

TEST(TemplateErrors, AVeryLongUnknownNameIsAnsweredQuickly) {
  const auto errors = check_template("t", "{{" + std::string(500'000, 'x') + "}}");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_LT(errors[0].message.size(), 1000U);
}

TEST(BuiltIn, EveryTemplateIsFreeOfErrorsAndUsesEveryBlock) {
  ASSERT_EQ(builtin_templates().size(), 6U);
  for (const Builtin& builtin : builtin_templates()) {
    EXPECT_TRUE(check_template(std::string(builtin.name), builtin.text).empty()) << builtin.name;
    for (const char* block :
         {"{{description}}", "{{acceptance}}", "{{specs}}", "{{dependency_results}}", "{{checks}}",
          "{{red_on_base}}", "{{protected_paths}}", "{{earlier_failure}}", "{{reporting}}", "{{rules}}"}) {
      EXPECT_NE(builtin.text.find(block), std::string_view::npos) << builtin.name << " lacks " << block;
    }
  }
}

}  // namespace
}  // namespace orchestrate::prompts
