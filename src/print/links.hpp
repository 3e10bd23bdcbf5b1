#pragma once
// Where a link may lead: to https:// or to a heading of the same document. Everything else is text.

#include <map>
#include <string>
#include <string_view>

#include "model/document.hpp"

namespace perfgate::print {

class Links {
 public:
  explicit Links(const doc::Document& document);

  /// What stands in cairo's attributes: uri='https://…' or dest='h3'; empty: no link. Of an address
  /// everything but RFC 3986's characters is percent-encoded, quotes and parentheses too, so that
  /// nothing ends the string that it stands in.
  std::string attributes(std::string_view target) const;
  bool leads(std::string_view target) const { return !attributes(target).empty(); }
  /// The spans, safe and without the targets that lead nowhere.
  doc::Spans safe(const doc::Spans& spans) const;
  /// The name of the place of the heading with that anchor, which must be one.
  const std::string& place(const std::string& anchor) const { return places_.at(anchor); }

 private:
  std::map<std::string, std::string> places_;  // anchor -> h3
};

}  // namespace perfgate::print
