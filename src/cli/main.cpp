#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/command.hpp"
#include "github/runner.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

int report(const Error& error, Env& env) {
  std::string text =
      fmt::format("perfgate: {}: {}\n", to_text(error.code), safe_lines(error.message, 8000));
  if (!error.hint.empty()) text += fmt::format("hint: {}\n", safe_lines(error.hint, 4000));
  env.err(text);
  return static_cast<int>(explain(error.code).exit);
}

std::string overview(bool all) {
  std::string text =
      "perfgate: did the software get slower?\n\n"
      "Usage: perfgate COMMAND [OPTIONS]\n\nCommands:\n";
  const auto list = [&](bool plumbing) {
    for (const Command& command : commands())
      if (command.plumbing == plumbing)
        text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  };
  list(false);
  if (all) {
    text += "\nPlumbing:\n";
    list(true);
  }
  text += fmt::format(
      "\n  help       perfgate help COMMAND; perfgate help --all lists {}\n"
      "\nExit codes: 0 pass, 1 the gate failed, 2 usage or configuration, 3 not measured,\n"
      "4 inconclusive, 5 not comparable, 6 not published, 7 promotion refused, 8 audit,\n"
      "9 i/o, store or internal.\n",
      all ? "everything, as here" : "the plumbing too");
  return text;
}

/// Options as CLI11 shows them, in lines of 100 columns, and without the options that one excludes
/// or needs: it lists them in the order of their addresses, and the descriptions say it.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(description_at); }

  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text = CLI::Formatter::make_option_opts(option);
    for (const char* relation : {" Needs:", " Excludes:"})
      text.resize(std::min(text.find(relation), text.size()));
    return text;
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    std::string text = CLI::Formatter::make_option_desc(option);
    std::size_t line = 0;  // where it begins
    while (text.size() - line > 100 - description_at) {
      const std::size_t space = text.rfind(' ', line + 100 - description_at);
      if (space == text.npos || space <= line) break;
      text[space] = '\n';
      line = space + 1;
    }
    return text;
  }

 private:
  static constexpr std::size_t description_at = 34;
};

/// `perfgate help [COMMAND | --all]` is `perfgate COMMAND --help` said another way.
std::vector<std::string> without_help_word(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments[0] != "help") return arguments;
  arguments.erase(arguments.begin());
  if (arguments.empty()) return {"--help"};
  if (arguments[0] == "--all") return {"--help-all"};
  arguments.emplace_back("--help");
  return arguments;
}

std::string nearest_command(const std::string& word) {
  std::vector<std::string_view> names{"help"};
  for (const Command& command : commands()) names.push_back(command.name);
  const auto close = nearest(word, names);
  return close ? fmt::format("did you mean `perfgate {}`?", *close)
               : "perfgate help lists the commands";
}

/// What to try where arguments were not understood: the nearest option or subcommand, else the
/// help.
std::string nearest_argument(const CLI::App& app) {
  std::string name = "perfgate";
  for (const CLI::App* at = app.get_parent(); at; at = at->get_parent())
    if (at->get_parent()) name += " " + at->get_name();
  if (app.get_parent()) name += " " + app.get_name();

  std::vector<std::string> options, verbs;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& known : option->get_lnames()) options.push_back("--" + known);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back(sub->get_name());
  for (const std::string& word : app.remaining()) {
    const bool is_option = word.starts_with("-");
    const auto& known = is_option ? options : verbs;
    const auto close = nearest(word.substr(0, word.find('=')),
                               std::vector<std::string_view>{known.begin(), known.end()});
    if (!close) continue;
    return is_option ? fmt::format("did you mean `{}`?", *close)
                     : fmt::format("did you mean `{} {}`?", name, *close);
  }
  return name.replace(0, 8, "perfgate help");
}

/// What was wrong with the arguments: CLI11 says of a word that is none of a command's own only
/// that one of those is required.
std::string wrong_with(const CLI::App& app, const CLI::ParseError& error) {
  if (app.get_require_subcommand_min() == 0 || !app.get_subcommands().empty()) return error.what();
  std::vector<std::string> verbs;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back(sub->get_name());
  const std::string known = fmt::format("{}", fmt::join(verbs, ", "));
  for (const std::string& word : app.remaining())
    if (!word.starts_with("-"))
      return fmt::format("perfgate {}: `{}` is none of {}", app.get_name(), safe_text(word, 60),
                         known);
  return fmt::format("perfgate {} needs one of {}", app.get_name(), known);
}

int run_parsed(std::vector<std::string> arguments, Env& env) {
  CLI::App app("perfgate", "perfgate");
  app.set_help_flag();
  app.formatter(std::make_shared<HelpFormatter>());  // its subcommands inherit it
  bool help = false, help_all = false, version_asked = false;
  app.add_flag("-h,--help", help, "this help");
  app.add_flag("--help-all", help_all, "with the plumbing");
  app.add_flag("-V,--version", version_asked, "the version");
  app.require_subcommand(0, 1);

  arguments = without_help_word(std::move(arguments));
  const bool named_first =
      arguments.size() == 1 || (!arguments.empty() && !arguments[0].starts_with("-"));
  Action action;
  for (const Command& command : commands()) {
    // Each costs time to set up, and only one is asked for.
    if (named_first && command.name != arguments[0]) continue;
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->set_help_flag("-h,--help", "this help");
    sub->footer(std::string(command.footer));
    Action bound = command.add(*sub);
    // A command with subcommands of its own sets its action from them.
    sub->callback([&action, bound] { action = bound; });
  }

  if (!arguments.empty() && !arguments[0].starts_with("-") &&
      std::ranges::find(commands(), arguments[0], &Command::name) == commands().end())
    return report({Code::usage, fmt::format("`{}` is no command", safe_text(arguments[0], 60)),
                   nearest_command(arguments[0])},
                  env);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    env.out(app.help());  // of the subcommand that was parsed
    return 0;
  } catch (const CLI::ParseError& error) {
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return report({Code::usage, wrong_with(*at, error), nearest_argument(*at)}, env);
  }
  if (version_asked) {
    env.out(fmt::format("perfgate {}\n", version()));
    return 0;
  }
  if (!action) {
    if (help || help_all) {
      env.out(overview(help_all));
      return 0;
    }
    env.err(overview(false));
    return static_cast<int>(Exit::usage);
  }
  const Result<Exit> exit = action(env);
  if (!exit && exit.error().code != Code::interrupted) return report(exit.error(), env);
  if (!exit) report(exit.error(), env);
  return exit ? static_cast<int>(*exit) : 0;
}

/// In a step of a GitHub job, the output `exit-code`, for steps that go on whatever it was.
/// `publish` tells the verdict's itself. A runner that cannot be told changes nothing.
void annotate(const std::vector<std::string>& arguments, int exit, Env& env) {
  const std::string path = sys::variable(env.environment, "GITHUB_OUTPUT");
  if (path.empty() || sys::variable(env.environment, "GITHUB_ACTIONS") != "true" ||
      arguments.empty() || arguments[0] == "publish")
    return;
  const auto lines = github::output_lines(
      std::array{github::Output{"exit-code", std::to_string(exit)}}, github::new_delimiter());
  if (!lines) return;
  auto file = sys::AppendFile::open(path);
  if (!file || !file->write(*lines)) return;
  [[maybe_unused]] const auto written = file->commit();
}

}  // namespace

int main(const std::vector<std::string>& arguments, Env& env) {
  int exit = static_cast<int>(Exit::internal);
  // Nothing that goes wrong may end in exit 0.
  try {
    exit = run_parsed(arguments, env);
  } catch (const std::bad_alloc&) {
    exit = report({Code::memory, "out of memory", "give it more, or smaller inputs"}, env);
  } catch (const std::exception& error) {
    exit = report({Code::internal, fmt::format("a defect of perfgate's own: {}", error.what()),
                   "please report it, with the command"},
                  env);
  }
  if (env.signals && env.signals->first()) exit = 128 + *env.signals->first();
  annotate(arguments, exit, env);
  return exit;
}

}  // namespace perfgate::cli
