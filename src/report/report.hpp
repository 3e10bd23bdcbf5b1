#pragma once
// A report, told in a format. What is reported is calculated elsewhere (gate/, from src/model's
// reports); src/report/<kind>.cpp tells each kind once, as a document of paragraphs, tables and
// charts; each format is a file here and a line in reports.cpp, and prints any of them.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/document.hpp"
#include "model/judgement.hpp"
#include "model/policy.hpp"
#include "model/reported.hpp"
#include "model/sessions.hpp"

namespace perfgate {
struct ComparisonReport;
struct EvolutionReport;
struct StatisticsReport;
struct ResultsReport;
struct MatrixReport;
struct TrendReport;
struct SloReport;
}  // namespace perfgate

namespace perfgate::report {

/// Takes a report piece by piece, so that a large one never stands in memory. An error (of the
/// disk) is kept by who gives the sink.
using Sink = std::function<void(std::string_view)>;

/// What the reader's terminal can show. Nothing depends on colour.
struct Style {
  int width = 100;
  bool color = false;
  bool verbose = false;         ///< unchanged rows too
  bool ascii = false;           ///< no other characters in pictures
  std::string part{};           ///< of a format that makes several files, which; empty: all in one
  std::string page_template{};  ///< the user's own performance_report.html; empty: the built-in
};

enum class ReportKind {
  judgement,
  comparison,
  evolution,
  statistics,
  results,
  matrix,
  trend,
  slo,
  hypothesis,
};

std::string_view to_text(ReportKind kind);  ///< "comparison", as the command line says it

/// A figure of an outcome, for machines: in base units, or a ratio.
struct Figure {
  std::string_view name;  ///< value, base, head, change, low, high, limit, margin; snake case
  double value = 0;
  BaseUnit unit = BaseUnit::one;
};

/// One thing that was looked at: a test case, a result, a group of samples. Texts are as they came.
struct Outcome {
  std::string suite, name;  ///< of the benchmark, or the headline; both empty: of the whole run
  std::string metric;
  std::string check;  ///< what it was held to: regression, floor, ceiling, target, drift; or empty
  std::string rule;   ///< why, as a word: regressed, limit_violated, ...; empty: only measured
  std::optional<Verdict> verdict{};
  std::optional<Code> code{};
  std::string message{};  ///< why, as a sentence
  std::string origin{};   ///< of the limit: thresholds.toml:4
  std::vector<Figure> figures{};
};

/// What a report was made from: for the page, which shows more than a document can. Absent: not
/// known, or not of this kind.
struct Sources {
  std::shared_ptr<const Policy> policy;  ///< what judged: it has the budgets
  Legend legend;                         ///< titles of sections
  std::string commit_url;  ///< what a full id is appended to: https://github.com/o/r/commit/
  std::shared_ptr<const Judgement> judgement;
  std::shared_ptr<const Run> head, base;
  std::shared_ptr<const Sessions> sessions;
  std::shared_ptr<const ComparisonReport> comparison;
  std::shared_ptr<const EvolutionReport> evolution;
  std::shared_ptr<const StatisticsReport> statistics;
  std::shared_ptr<const ResultsReport> results;
  std::shared_ptr<const MatrixReport> matrix;
  std::shared_ptr<const TrendReport> trend;  ///< the histories, of a judgement's benchmarks too
  std::shared_ptr<const SloReport> slo;
};

struct Report {
  ReportKind kind = ReportKind::judgement;
  doc::Document document;
  std::optional<Verdict> verdict{};             ///< over all; absent: nothing was judged
  std::vector<Outcome> outcomes{};              ///< worst first; empty: the kind has none
  std::function<void(const Sink&)> write_json;  ///< the model
  Sources sources{};
};

// Each kind, told.
Report tell(std::shared_ptr<const Judgement> judgement);
/// Of a judgement that answers one.
Report tell_hypothesis(std::shared_ptr<const Judgement> judgement);
Report tell(std::shared_ptr<const Sessions> sessions);  ///< of `compare`
Report tell(std::shared_ptr<const ComparisonReport> comparison);
Report tell(std::shared_ptr<const EvolutionReport> evolution);
Report tell(std::shared_ptr<const StatisticsReport> statistics);
Report tell(std::shared_ptr<const ResultsReport> results);
Report tell(std::shared_ptr<const MatrixReport> matrix);
Report tell(std::shared_ptr<const TrendReport> trend);
Report tell(std::shared_ptr<const SloReport> slo);

/// What a format needs of a report.
enum class Needs {
  document,  ///< nothing: every kind has it
  outcomes,  ///< things that were looked at
  verdict,   ///< something was judged
};

struct Format {
  std::string_view name;
  std::string_view suffix;  ///< of its files, without the dot
  std::string_view summary;
  Needs needs = Needs::document;
  /// Errors: what the format cannot do (fonts that are not there).
  Result<void> (*write)(const Report& report, const Style& style, const Sink& sink);
  /// Of a format that makes a file of each table: their names. nullptr: it makes one.
  std::vector<std::string> (*parts)(const Report& report) = nullptr;

  /// As one text: of a judgement, or of runs side by side; where it cannot be, why not.
  std::string judgement(const Judgement& judgement, const Style& style) const;
  std::string sessions(const Sessions& sessions, const Style& style) const;
};

/// The formats that need no more than texts. (cli adds those that read fonts.)
std::span<const Format> all();
/// Errors: Code::usage, naming the formats.
Result<Format> find(std::string_view name);

/// Whether the report has what the format needs.
bool fits(const Report& report, const Format& format);
/// Errors: Code::usage where it has not, naming those of the others that fit.
Result<void> check_fits(const Report& report, const Format& format, std::span<const Format> others);

}  // namespace perfgate::report
