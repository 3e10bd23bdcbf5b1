#pragma once
// What the parts of `perfgate publish` hand to each other.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/settings_from.hpp"
#include "github/bundle.hpp"
#include "github/client.hpp"
#include "github/event.hpp"
#include "github/pull_request.hpp"
#include "report/comment.hpp"
#include "store/store.hpp"
#include "sys/directory.hpp"
#include "sys/git_objects.hpp"

namespace perfgate::cli {

struct PublishOptions {
  Shared shared;
  std::vector<std::string> bundles;
  std::string event;  ///< file; empty: GITHUB_EVENT_PATH
  std::string comment = "always";
  std::string check = "run";
  std::string name;  ///< tells the comment from others of the same workflow
  std::string check_name = "perfgate";
  std::string leg;  ///< of a matrix: its sections are called so
  std::string author = "github-actions[bot]";
  std::string workflow;  ///< the path that a workflow_run's workflow must have
  std::string page;      ///< path of the template in the base branch
  std::string fail_on;
  bool require = false, dry_run = false, offline = false;
};

/// What holds: read from the tip of the base branch, never from the work tree.
class BaseBranch {
 public:
  /// `client` may be nullptr. Errors: Code::git, Code::io.
  static Result<BaseBranch> open(const github::Event& event, github::Client* client, Env& env);

  /// A file of the commit; nullopt: it holds none. Errors: Code::config, where neither this clone
  /// nor GitHub gives it.
  Result<std::optional<std::string>> read(const std::string& path);
  /// The repository that we stand in, if any.
  const std::optional<sys::GitObjects>& objects() const { return objects_; }
  /// Which of the files the measured commit has otherwise; nullopt where this clone does not hold
  /// it.
  Result<std::optional<std::vector<std::string>>> changed(const std::vector<std::string>& paths,
                                                          const std::string& head);

 private:
  std::optional<sys::GitObjects> objects_;
  github::Client* client_ = nullptr;
  std::string repository_, sha_;
  bool here_ = false;  ///< the commit is in objects_
};

/// The event of this job; EventKind::local at a machine of one's own. Errors: Code::usage,
/// Code::io.
Result<github::Event> event_of(const PublishOptions& options, const Env& env);
/// What the job's comment is known by.
report::Marker marker_of(const github::Event& event, const PublishOptions& options, const Env& env);

/// The history of which baselines are believed; an empty one where a pull request may have written
/// it, which `notices` hear. `nothing` keeps the folder of that one.
Result<std::unique_ptr<store::Store>> store_of(const PublishOptions& options,
                                               const Settings& settings, const github::Event& event,
                                               Env& env, std::vector<std::string>& notices,
                                               std::optional<sys::TemporaryDirectory>& nothing);
/// The head of the history: whoever changes what stands before it is found out.
std::string witness_of(const store::Store& store);

/// A bundle with what was found out about it.
struct JudgedBundle {
  std::string name;
  Judgement judgement;
  std::optional<Run> base;
  Time started;
  bool by_turns = false;
  std::vector<std::string> notices;
};

/// Judges the samples of a bundle anew; what the bundle says of itself counts for nothing. A bundle
/// that cannot be judged is not measured, and says why.
JudgedBundle judge_bundle(github::ReadBundle read, const github::Event& event,
                          const Settings& settings, const FileReader& files,
                          const std::string& fail_on, const store::Store& store, Env& env);
/// As the bundle itself says it, for the job that measured.
JudgedBundle as_claimed(github::ReadBundle read, const Settings& settings);

/// All that is told, and the exit code of the verdict.
struct Publication {
  github::Event event;
  report::Comment comment;
  std::string page;  ///< the template
  std::vector<JudgedBundle> bundles;
  Exit exit = Exit::pass;
  std::string baseline_sha;
  int failures = 0, warnings = 0;
  std::string policy_path;
  std::vector<std::string> policy_files;  ///< which a pull request should not change unseen
  bool knows_changes = false;             ///< whether it changes them has been told
};

/// A section for each bundle, worst exit and counts.
void add_sections(Publication& publication, const PublishOptions& options,
                  const report::LimitText& limit, const std::optional<sys::GitObjects>& objects);
/// The bands of a policy as text.
report::LimitText limit_text(const Policy& policy);

/// Says that the pull request changes these files; nothing where there are none.
void note_policy_change(Publication& publication, const std::vector<std::string>& changed);

struct Sent {
  std::string comment_status = "none", comment_url;
  std::string why;  ///< why there is none, or why it is unchanged
  std::vector<Error> troubles;
};

/// Files below --out, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY and annotations. Errors: Code::io,
/// Code::config.
Result<void> tell_runner(const Publication& publication, const PublishOptions& options, Env& env);
/// comment-status and comment-url, which are known last.
Result<void> tell_runner(const Sent& sent, Env& env);

/// The comment and the check. Nothing that fails here is more than a trouble. `before_last_words`
/// is called before the check is completed: that must work after a signal too.
Sent send(Publication& publication, const PublishOptions& options, github::Client& client,
          const github::FoundPull* found, const github::Clock& clock,
          const std::function<void()>& before_last_words);
/// What would be sent, as text.
Result<std::string> told_instead(const Publication& publication, const PublishOptions& options);

/// The command.
Result<Exit> publish(const PublishOptions& options, Env& env);

}  // namespace perfgate::cli
