#pragma once
// A document as a page of HTML without scripts: templates/audit_report.html with its places filled.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/document.hpp"
#include "report/html.hpp"

namespace perfgate::report {

/// `page`: the template, which must have the places csp, title, subtitle, contents, body and foot.
/// Equal documents give equal bytes. Foreign text never becomes markup. Errors: Code::config, where
/// the template does not have those places.
Result<void> document_html(const doc::Document& document, std::string_view page,
                           std::string_view origin, const Sink& out);

}  // namespace perfgate::report
