#include "cli/reports/pdf.hpp"

#include "print/pdf.hpp"
#include "report/for_people.hpp"

namespace perfgate::cli {
namespace {

Result<void> write_pdf(const report::Report& report, const report::Style&,
                       const report::Sink& sink) {
  return print::pdf(report::for_people(report.document), {},
                    [&](std::string_view bytes) -> Result<void> {
                      sink(bytes);
                      return {};
                    });
}

}  // namespace

report::Format pdf_format() {
  return {.name = "pdf",
          .suffix = "pdf",
          .summary = "paper: A4, with charts and an outline",
          .write = write_pdf};
}

}  // namespace perfgate::cli
