#pragma once
// The static site of a history: what its pages and its feed say. Paths are below the site's folder,
// with slashes.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/history.hpp"
#include "model/judgement.hpp"
#include "report/html.hpp"

namespace perfgate::report {

inline constexpr std::string_view site_template = "templates/site.html";
inline constexpr std::string_view site_places[] = {"csp", "title", "links", "body"};

/// A judgement of a branch.
struct SiteVerdict {
  std::string key;  ///< of its record
  std::string run_id;
  Verdict verdict = Verdict::pass;
  std::string words;  ///< the verdict in a sentence
  std::string commit;
  std::string subject;  ///< of the commit's message; empty: not known
  Time time;            ///< when its run was started
  std::string page;     ///< its own page; empty: it has none
};

/// What a suite of a branch has come to.
struct SiteSuite {
  std::string name;
  std::optional<Verdict> verdict;  ///< of its benchmarks in the newest judgement that has some
  std::vector<Verdict> recent;     ///< of the last judgements, oldest first
  std::size_t benchmarks = 0;      ///< in its newest run
  /// What it costs, run by run: the geometric mean over its benchmarks, chained from run to run
  /// over those that both hold; the first is 1, and more is worse.
  std::vector<double> cost;
};

struct SiteBranch {
  std::string name;
  std::string folder;  ///< branch/main
  bool promoted = false;
  std::vector<SiteSuite> suites;
  std::vector<SiteVerdict> verdicts;            ///< newest first
  std::vector<Incident> incidents;              ///< newest first
  std::map<std::string, std::string> subjects;  ///< of the commits of incidents, where known
  std::size_t runs = 0;
  Time first, last;
  std::string latest;  ///< the page of all benchmarks with their histories
};

struct Site {
  std::string title;
  std::string tool;
  std::string url;                   ///< where it will stand, ending in a slash; empty: not known
  std::string feed_id;               ///< an IRI that never changes
  Time updated;                      ///< of the newest run, judgement or incident
  std::vector<SiteBranch> branches;  ///< promoted ones first, then what was measured last
};

/// A text as a file name: lower-case letters, digits, `-` and `_`; with a digest where it is not
/// the text itself. Different texts have different names, without regard to case.
std::string file_name_of(std::string_view text);

/// An IRI made of a text: a UUID of version 8 (RFC 9562) from its SHA-256.
std::string urn_of(std::string_view text);

void write_site_index(const Site& site, const HtmlTemplate& html, const Sink& out);
void write_site_branch(const Site& site, const SiteBranch& branch, const HtmlTemplate& html,
                       const Sink& out);
/// The Atom feed (RFC 4287) of the site's incidents, newest first, at most 100.
void write_site_feed(const Site& site, const Sink& out);

}  // namespace perfgate::report
