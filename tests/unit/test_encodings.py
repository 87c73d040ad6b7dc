"""In which letters files are written: names of many countries, in files of one row to hundreds."""

from __future__ import annotations

from random import Random

import pytest

from server.contract.import_codes import Encoding, encoding_named
from server.importing.encoding import MARK, read_text

_NAMES = {
    "French": "Théo Côté Inès Forêt Chloé Lefèvre François Gaël Noël Zoé Benoît Jérôme Éléonore Agnès Aurélie Maître",
    "German": "Jörg Müller Größe Schröder Käthe Weiß Björn Günther Jürgen Böhm Krüger Häußler Straße Löffler Özil",
    "Swedish": "Åsa Sjögren Björn Lindström Håkan Öberg Märta Ekström Göran Åkesson Pär Sjöberg Västerås Ängström",
    "Spanish": "José Muñoz María Núñez Ángel Peña Sofía Martínez Íñigo Ibáñez Begoña Jiménez Óscar García Compañía",
    "Portuguese": "João Conceição Inês Simões Luís Araújo Gonçalves Estêvão Mónica Magalhães Antônio Fundação",
    "Danish": "Søren Østergård Jørgen Kjær Åse Nørgaard Bjørn Sørensen Rasmus Ærø Håkon Rødgrød",
    "Icelandic": "Þór Guðrún Sigurður Björk Guðmundsdóttir Ásta Friðrik Sæunn Ólafur Jón Þórdís Hörður",
    "Czech": "Dvořák Novák Jiří Růžičková Němec Žák Šťastný Černý Kateřina Procházka Veselý Horák Přemysl Zdeněk",
    "Polish": "Łukasz Wiśniewski Wójcik Małgorzata Kamiński Zając Dąbrowski Grażyna Źrebiec Ślusarczyk Stępień",
    "Hungarian": "Erdős Nagy Győző Szűcs Fülöp Kőszegi László Ödön Tűzoltó Márton Petőfi Jenő Ágnes",
    "Russian": "Ольга Иванова Сергей Щербаков Наталья Кузнецова Юрий Лебедев Татьяна Соловьёва",
    "Greek": "Γιώργος Παπαδόπουλος Ελένη Νικολάου Κώστας Αλέξανδρος Μαρία Ιωάννου Σοφία",
    "Turkish": "Şahin Yıldız Gökçe Çağlar Ümit İbrahim Öztürk Işık Ayşe Doğan Koç Kılıç",
    "Latvian": "Jānis Bērziņš Kārlis Ozoliņš Līga Krūmiņa Ķirsis Zaķis Ļevs Rūta Ģirts Pēteris",
    "Lithuanian": "Agnė Žukauskas Šarūnas Kęstutis Rūta Petrauskaitė Ąžuolas Giedrė Jurgėla Saulė",
    "Japanese": "山田太郎 田中美香 佐藤健一 鈴木はるか 高橋修 伊藤直樹 渡辺真 小林花子",
    "Chinese": "王小明 李建国 张丽 刘洋 陈秀英 杨军 赵敏 黄伟 周杰",
    "Korean": "김민수 이영희 박지훈 최은정 정현우 강수진",
}
_WESTERN = ("French", "German", "Swedish", "Spanish", "Portuguese", "Danish", "Icelandic")
_OTHERS = (
    ("Czech", "cp1250"), ("Polish", "cp1250"), ("Hungarian", "cp1250"), ("Czech", "iso8859-2"), ("Russian", "cp1251"),
    ("Russian", "koi8_r"), ("Russian", "cp866"), ("Greek", "cp1253"), ("Turkish", "cp1254"), ("Latvian", "cp1257"),
    ("Lithuanian", "cp1257"), ("French", "mac_roman"), ("German", "mac_roman"), ("Spanish", "mac_roman"),
    ("German", "cp850"), ("Japanese", "shift_jis"), ("Japanese", "euc_jp"), ("Chinese", "gb18030"), ("Korean", "cp949"),
)  # fmt: skip


def table(language: str, rows: int, seed: int) -> str:
    """A table with odd letters in it, of that many rows."""
    random = Random(seed)
    names = _NAMES[language].split()
    lines = [f"p{n}@x.example;{random.choice(names)} {random.choice(names)};Firm {n}" for n in range(rows)]
    return "\r\n".join(["Email;Name;Company", *lines])


@pytest.mark.parametrize("rows", [1, 3, 10, 100, 500])
@pytest.mark.parametrize("language", _WESTERN)
def test_western_files_are_cp1252_whatever_their_size(language: str, rows: int) -> None:
    for seed in range(12 if rows < 100 else 2):
        text = table(language, rows, seed)
        found = read_text(text.encode("cp1252"))
        assert found.text == text, found.encoding
        assert rows < 10 or not found.is_guess


@pytest.mark.parametrize(("language", "encoding"), _OTHERS)
def test_others_are_found_on_clear_evidence_and_else_said_to_be_a_guess(language: str, encoding: str) -> None:
    for rows, seeds in ((1, 12), (3, 8), (30, 3), (300, 1)):
        for seed in range(seeds):
            text = table(language, rows, seed)
            found = read_text(text.encode(encoding))
            assert found.text == text or (found.is_guess and rows < 30), (rows, found.encoding)


def test_the_whole_file_is_looked_at() -> None:
    content = b"email;name\n" + b"p@x.example;Plain\n" * 60_000 + "x@x.example;Jörg Müller\n".encode("cp1252")
    found = read_text(content)
    assert (found.encoding, found.text[-12:-1]) == (Encoding.WESTERN, "Jörg Müller")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_a_stray_byte_leaves_utf_8_what_it_is_and_is_marked(start: bytes) -> None:
    good = table("German", 40, 1)
    found = read_text(start + good.encode() + b"\r\nq@x.example;Ren\xe9;Z\r\n")
    assert found.encoding is Encoding.UTF_8
    assert found.text == f"{good}\r\nq@x.example;Ren{MARK};Z\r\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso2022_jp"])
def test_wide_letters_are_read_with_and_without_a_byte_order_mark(encoding: str) -> None:
    text = table("Japanese" if encoding == "iso2022_jp" else "Polish", 3, 1)
    assert read_text(text.encode(encoding)).text == text


@pytest.mark.parametrize("name", ["latin1", "windows-1252", "CP1252", "ISO-8859-1"])
def test_other_names_of_an_encoding_are_known(name: str) -> None:
    assert encoding_named(name) is Encoding.WESTERN


@pytest.mark.parametrize("name", ["punycode", "idna", "utf-7", "base64", "hex", "rot13", "klingon", "", "x" * 99])
def test_what_is_no_encoding_of_files_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no encoding that files are read in"):
        encoding_named(name)
