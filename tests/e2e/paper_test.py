"""Documents as PDF: a process of its own each time, since fonts and locale are read once a process."""

import hashlib
import os
import pathlib
import re
import subprocess

import support

DRIVER = os.environ["PERFGATE_PAPER_DRIVER"]
MOST_MIB = 64


class Paper(support.Case):
    def printed(self, kind, name, **variables):
        """How the driver ended, and the path of what it printed."""
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), **variables}
        path = self.work / name
        return subprocess.run([DRIVER, kind, str(path)], capture_output=True, text=True, check=False,
                              env=environment), path

    def told(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout

    # AC:pdf-identical
    def test_equal_bytes_whatever_the_locale_the_time_zone_and_the_user(self):
        done, first = self.printed("sample", "first.pdf")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        for number, variables in enumerate([
                {"LANG": "ja_JP.UTF-8", "LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "zh_TW", "TZ": "Asia/Tokyo"},
                {"PANGO_LANGUAGE": "ja", "FC_LANG": "ko", "TZ": "America/St_Johns", "HOME": "/nonexistent"},
                {"SOURCE_DATE_EPOCH": "1", "LC_ALL": "tr_TR", "COLUMNS": "10", "USER": "somebody"}]):
            done, other = self.printed("sample", f"{number}.pdf", **variables)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(other.read_bytes(), first.read_bytes(), str(variables))

    # AC:pdf-fonts
    def test_all_fonts_are_embedded_and_the_last_page_names_their_digests(self):
        done, path = self.printed("sample", "sample.pdf")
        self.assertEqual(done.returncode, 0, done.stderr)
        embedded = set()
        for line in self.told("pdffonts", str(path)).splitlines()[2:]:
            name, rest = line.split(None, 1)
            self.assertRegex(rest, r"\s(yes)\s+yes\s+yes\s+\d+\s+0$", line)  # embedded, subset, Unicode
            embedded.add(name.split("+")[1])
        pages = self.told("pdftotext", "-layout", str(path), "-").split("\f")
        last = pages[-2]
        self.assertIn("Fonts", last)
        named = dict(re.findall(r"^ *\S.*?  +(\S+\.(?:ttf|otf|ttc|pfb|t1))  +([0-9a-f]{64})$", last, re.M))
        files = {pathlib.Path(file).name: file for file in
                 self.told("fc-list", "--format", "%{file}\n").splitlines()}
        self.assertGreaterEqual(len(named), 3, last)
        for file, digest in named.items():
            self.assertEqual(digest, hashlib.sha256(pathlib.Path(files[file]).read_bytes()).hexdigest())
        # What the PDF embeds is what is named.
        known = set()
        for file in named:
            known.update(self.told("fc-scan", "--format", "%{postscriptname}\n", files[file]).split())
        self.assertLessEqual(embedded, known)

    # AC:pdf-no-fonts
    def test_without_any_font_the_package_is_named(self):
        fonts = self.write("fonts.conf", f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{self.home}</dir><cachedir>{self.home}</cachedir></fontconfig>""")
        done, path = self.printed("sample", "none.pdf", FONTCONFIG_FILE=str(fonts))
        self.assertEqual(done.returncode, 9)
        self.assertEqual(done.stderr, "CBKB103: printing a PDF: no font is installed\n"
                         "apt-get install fonts-dejavu-core (and fonts-noto-core for more scripts)\n")
        self.assertFalse(path.exists())

    # AC:pdf-fonts
    def test_other_fonts_are_other_bytes_and_are_named(self):
        directory = pathlib.Path(self.told("fc-match", "--format", "%{file}", "DejaVu Sans")).parent
        fonts = self.write("fonts.conf", f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{directory}</dir><cachedir>{self.home}</cachedir></fontconfig>""")
        done, path = self.printed("sample", "dejavu.pdf", FONTCONFIG_FILE=str(fonts))
        self.assertEqual(done.returncode, 0, done.stderr)
        last = self.told("pdftotext", "-layout", str(path), "-").split("\f")[-2]
        self.assertIn("DejaVuSans.ttf", last)
        self.assertNotIn("Liberation", last)
        self.assertIn("U+0915", last)  # क: no font for it there, and the page says so

    # AC:pdf-memory
    def test_large_documents_take_little_memory(self):
        for kind in ("rows", "charts"):
            done, path = self.printed(kind, "large.pdf")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertLess(int(done.stdout.split()[-2]), MOST_MIB, done.stdout)
            self.assertIn("Pages:", self.told("pdfinfo", str(path)))


if __name__ == "__main__":
    support.main()
