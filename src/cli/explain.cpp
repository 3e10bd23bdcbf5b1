#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/command.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  std::string code;
};

void add(CLI::App& app, Options& options) {
  app.add_option("code", options.code, "CBKB005, or just 5; without it all are listed");
}

Result<Exit> run(const Options& options, Env& env) {
  if (options.code.empty()) {
    for (const Explanation& row : explanations())
      env.out(fmt::format("{}  exit {}  {}\n", to_text(row.code), static_cast<int>(row.exit),
                          row.title));
    return Exit::pass;
  }
  const auto code = code_from_text(options.code);
  if (!code)
    return fail(Code::usage, fmt::format("`{}` is no error code", safe_text(options.code, 40)),
                "`perfgate explain` lists them");
  const Explanation& row = explain(*code);
  env.out(fmt::format("{}: {} (exit {})\n\nUsual cause: {}\n\nWhat to do: {}\n", to_text(*code),
                      row.title, static_cast<int>(row.exit), row.cause, row.remedy));
  return Exit::pass;
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .summary = "what an error code means, and what to do",
          .footer = "Example:\n  perfgate explain CBKB005",
          .plumbing = true,
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
