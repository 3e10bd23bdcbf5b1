#include "print/libraries.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace perfgate::print {
namespace {

/// A library, and the functions of it that were not found.
class Library {
 public:
  Library(const Opener& open, const char* name, std::string_view package)
      : name_(name), package_(package), handle_(open(name)) {}

  template <class Function>
  void find(Function*& function, const char* symbol) {
    if (handle_ != nullptr) function = reinterpret_cast<Function*>(::dlsym(handle_, symbol));
    if (function == nullptr && missing_.empty()) missing_ = symbol;
  }

  Result<void> complete() const {
    if (handle_ == nullptr)
      return fail(Code::io, fmt::format("printing a PDF: the library {} is not installed", name_),
                  fmt::format("apt-get install {}, or take another format", package_));
    if (!missing_.empty())
      return fail(
          Code::io,
          fmt::format("printing a PDF: the library {} has no {}: it is too old", name_, missing_),
          fmt::format("install {} of Debian 12, Ubuntu 22.04 or newer, or take another "
                      "format",
                      package_));
    return {};
  }

 private:
  const char* name_;
  std::string_view package_;
  void* handle_;
  std::string missing_;
};

}  // namespace

Result<Libraries> load_libraries(const Opener& open) {
  Libraries loaded;
#define PERFGATE_FIND(name) library.find(loaded.name, #name);
#define PERFGATE_LOAD(functions, name, package) \
  {                                             \
    Library library(open, name, package);       \
    functions(PERFGATE_FIND);                   \
    CHECKED(library.complete());                \
  }
  PERFGATE_LOAD(PERFGATE_CAIRO, "libcairo.so.2", "libcairo2")
  PERFGATE_LOAD(PERFGATE_PANGO, "libpango-1.0.so.0", "libpango-1.0-0")
  PERFGATE_LOAD(PERFGATE_PANGOCAIRO, "libpangocairo-1.0.so.0", "libpangocairo-1.0-0")
  PERFGATE_LOAD(PERFGATE_PANGOFT2, "libpangoft2-1.0.so.0", "libpangoft2-1.0-0")
  PERFGATE_LOAD(PERFGATE_GOBJECT, "libgobject-2.0.so.0", "libglib2.0-0")
  PERFGATE_LOAD(PERFGATE_GLIB, "libglib-2.0.so.0", "libglib2.0-0")
  PERFGATE_LOAD(PERFGATE_FONTCONFIG, "libfontconfig.so.1", "libfontconfig1")
#undef PERFGATE_LOAD
#undef PERFGATE_FIND
  return loaded;
}

Result<const Libraries*> libraries() {
  // They stay: what they register with each other cannot be taken back.
  static const Result<Libraries> loaded =
      load_libraries([](const char* name) { return ::dlopen(name, RTLD_NOW | RTLD_LOCAL); });
  if (!loaded) return std::unexpected(loaded.error());
  return &*loaded;
}

}  // namespace perfgate::print
