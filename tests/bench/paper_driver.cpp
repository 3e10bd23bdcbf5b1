// Prints a large document: paper_driver sample|rows|charts OUT.pdf, for who measures the process,
// and for who looks at the paper.

#include <sys/resource.h>

#include <cstdio>
#include <string_view>

#include "print/pdf.hpp"
#include "print/sample.hpp"
#include "sys/file.hpp"

int main(int argc, char** argv) {
  using namespace perfgate;
  if (argc < 3) {
    std::fputs("usage: paper_driver sample|rows|charts OUT.pdf [letter]\n", stderr);
    return 2;
  }
  const std::string_view kind = argv[1];
  const doc::Document document = kind == "rows"     ? test::many_rows(10'000)
                                 : kind == "charts" ? test::many_charts(500, 2'000)
                                                    : test::sample_document();
  print::PaperOptions options;
  if (argc > 3) options.paper = print::Paper::letter;
  auto printed = [&]() -> Result<void> {
    TRY(sys::AtomicFile file, sys::AtomicFile::create(argv[2]));
    CHECKED(
        print::pdf(document, options, [&](std::string_view bytes) { return file.write(bytes); }));
    return file.commit();
  }();
  if (!printed) {
    std::fprintf(stderr, "%s: %s\n%s\n", to_text(printed.error().code).c_str(),
                 printed.error().message.c_str(), printed.error().hint.c_str());
    return 9;
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("%.2f s, %ld MiB\n",
              static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                  static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6,
              usage.ru_maxrss / 1024);
  return 0;
}
