#pragma once
// What pages of HTML are made of: texts that cannot become markup, the policy that forbids the
// rest, and templates whose places are filled in one pass.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "report/report.hpp"

namespace perfgate::report {

/// `& < > " '` as entities: for the text of an element, and for an attribute in quotes, of HTML and
/// of XML. Controls and noncharacters, which XML 1.0 does not allow, become visible (safe_text);
/// cut at `max_length` characters.
std::string html_text(std::string_view text, std::size_t max_length = 4000);

/// A sink for JSON inside <script type="application/json">: no byte of it can end the element,
/// begin a comment or end a line of script. `< > &` U+2028 U+2029 stand only inside JSON's strings,
/// where the escape means the same character. `out` outlives it.
Sink json_in_html(const Sink& out);

/// A page with places between double braces, each of which stands in it once.
class HtmlTemplate {
 public:
  /// `places` without braces; one named `csp` is filled with policy(), one named `data` must be all
  /// of a <script type="application/json">. `origin` names the template in messages. Errors:
  /// Code::config for a place that is missing, stands twice, is not known, or stands inside a
  /// script or style (its bytes would no longer be those that the policy names); for a script that
  /// is loaded from elsewhere.
  static Result<HtmlTemplate> make(std::string text, std::span<const std::string_view> places,
                                   std::string_view origin);

  /// The content security policy: nothing but the scripts and styles of the template as it stands,
  /// by their SHA-256, and no text may become markup, not even by a mistake in the template.
  const std::string& policy() const { return policy_; }

  /// Writes a value of a place.
  using Fill = std::function<void(const Sink& out)>;
  /// In one pass: what was put in is never searched, so that no name can name a place. Every place
  /// but `csp` must be given.
  void write(std::span<const std::pair<std::string_view, Fill>> values, const Sink& out) const;

 private:
  struct Place {
    std::string name;
    std::size_t begin = 0, end = 0;  ///< with the braces
  };
  std::string text_, policy_;
  std::vector<Place> places_;  // in the order in which they stand

  friend struct TemplateReader;
};

}  // namespace perfgate::report
