#include "tests/house/source.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace orchestrate::house {
namespace {

std::vector<std::string> names(std::string_view text) {
  const Functions functions = functions_of(text);
  EXPECT_TRUE(functions.balanced);
  std::vector<std::string> out;
  for (const Function& function : functions.all)
    out.push_back(function.name + ":" + std::to_string(function.lines()));
  return out;
}

using Names = std::vector<std::string>;

TEST(CodeOnly, BlanksCommentsAndLiteralsAndKeepsEveryByteInPlace) {
  const std::string text = "a // }\nb /* {\n} */ c \"}\\\"{\" d '{' e '\\'' f";
  const std::string code = code_only(text);
  EXPECT_EQ(code.size(), text.size());
  EXPECT_EQ(code, "a     \nb     \n     c        d     e      f");
}

TEST(CodeOnly, UnderstandsRawStringsAndDigitSeparators) {
  EXPECT_EQ(code_only("x = R\"md(\" )\" } )md\" + 1"), "x = R" + std::string(15, ' ') + " + 1");
  EXPECT_EQ(code_only("1'000'000 { '}' 0x'ff"), "1'000'000 {     0x'ff");
}

TEST(CodeOnly, SurvivesWhatIsNeverClosed) {
  EXPECT_EQ(code_only("/* {"), "    ");
  EXPECT_EQ(code_only("R\"( {"), "R    ");
  EXPECT_EQ(code_only("\"\\"), "  ");
}

TEST(Includes, AreFoundInBothFormsButNotInCommentsOrStrings) {
  const auto found = includes_of(
      "#include <a/b.h>\n// #include \"no.h\"\n#  include \"c.h\"  // why\nx = R\"(\n#include <d>\n)\";\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].target, "a/b.h");
  EXPECT_EQ(found[1].target, "c.h");
  EXPECT_EQ(found[1].line, 3);
}

TEST(FunctionsOf, FreeAndMemberFunctions) {
  EXPECT_EQ(names("namespace a::b {\nint f() { return 1; }\nvoid A::g(int x) const noexcept {\n  if (x) {\n  "
                  "}\n}\n}\n"),
            (Names{"f:1", "A::g:4"}));
  EXPECT_EQ(names("class A : public B {\n public:\n  explicit A(int x) : x_(x) {}\n private:\n  ~A() {\n  "
                  "}\n  int x_{3};\n};\n"),
            (Names{"A:1", "~A:2"}));
}

TEST(FunctionsOf, ConstructorsWithBracedMembersAreMeasuredByTheirBody) {
  EXPECT_EQ(names("A::A(int x) : a_{x}, b_(2), c_{{1, 2}} {\n  f();\n\n}\n"), (Names{"A::A:4"}));
}

TEST(FunctionsOf, TablesAndDefaultsAreNotFunctions) {
  EXPECT_EQ(
      names(
          "constexpr Row rows[] = {\n  {\"a\", [](int x) { return x; }},\n};\nenum class E : int { a, b };\n"
          "const std::map<int, void (*)(int)> m = {\n{1, nullptr},\n};\nextern \"C\" {\nvoid f(A a = {}, B b "
          "= {1}) {\n}\n}\n"),
      (Names{"f:2"}));
}

TEST(FunctionsOf, TemplatesOperatorsAndLambdas) {
  EXPECT_EQ(names("template <typename T = int>\nstruct S {\n  bool operator==(const S& o) const {\n    "
                  "return true;\n  }\n};\n"),
            (Names{"operator==:3"}));
  EXPECT_EQ(names("const auto f = [](int x) {\n  return x;\n};\nint g() {\n  struct L { void h() {} };\n  "
                  "return 0;\n}\n")
                .size(),
            2U);
}

TEST(FunctionsOf, DirectivesAndTheirContinuedLinesDoNotCount) {
  EXPECT_EQ(names("#define OPEN {\\\n  { {\nint f() {\n}\n"), (Names{"f:2"}));
}

TEST(FunctionsOf, MacrosWithoutASemicolonBelongToNothing) {
  EXPECT_EQ(names("FIELDS(A, x, y)\nFIELDS(B, {{1, 2}})\n\nnamespace {\nint f() {\n}\n}\nFIELDS(C)\nint g() "
                  "{ return 1; }\n"),
            (Names{"f:2", "g:1"}));
  EXPECT_EQ(names("URL(int x) : x_(x) {}\nURL(char) noexcept {\n}\n"), (Names{"URL:1", "URL:2"}));
}

TEST(FunctionsOf, ADeclarationOverSeveralLinesBeginsAtItsFirst) {
  const auto functions = functions_of("int x;\n\nvoid f(int a,\n       int b) {\n}\n");
  ASSERT_EQ(functions.all.size(), 1U);
  EXPECT_EQ(functions.all[0].head_line, 3);
  EXPECT_EQ(functions.all[0].open_line, 4);
  EXPECT_EQ(functions.all[0].close_line, 5);
}

TEST(FunctionsOf, UnbalancedBracesAreAdmitted) {
  EXPECT_FALSE(functions_of("void f() {").balanced);
  EXPECT_FALSE(functions_of("}").balanced);
}

TEST(TestNames, AreSuiteAndPromise) {
  const auto found =
      test_names_of("TEST(A, One) {}\n// TEST(A, No)\nTEST_F(B,\n       Two) {\n}\nATEST(C, No)\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "A.One");
  EXPECT_EQ(found[1].name, "B.Two");
  EXPECT_EQ(found[1].line, 3);
}

}  // namespace
}  // namespace orchestrate::house
