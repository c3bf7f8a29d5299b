"""Registries as an office keeps them, written for a test."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from observers.registry import FaultReason, check_registry
from observers.registry.faults import NoteReason

Sheets = Mapping[str, Sequence[Sequence[Any]]]

UNITS = [["单位编码", "单位名称", "区域", "分组", "有无对外服务", "上级单位", "通知地址", "密钥变量"]]
SITES = [["网站标识码", "网站名称", "主办单位", "类别", "首页仅导航"]]
COLUMNS = [["网站标识码", "栏目编码", "栏目名称", "栏目类别", "级次", "更新周期", "维护单位"]]
ACCOUNTS = [["账号标识", "账号名称", "主办单位", "平台", "账号类型", "开设日期", "备案日期"]]
ENGLISH = """
area: 某市
valid_from: 2023-07-01
units:
  - id: jyj
    name: 某市教育局
    region: 市直
    group: 市直部门
    endpoints: [{url: "https://jyj.example/hook", secret_env: JYJ_SECRET}]
  - {id: zfb, name: 某市人民政府办公室, region: 市直, group: 政府办, external_services: false}
sites:
  - {code: 4299000001, name: 某市人民政府门户网站, unit: zfb, kind: portal}
  - {code: "4299000002", name: 某市教育局网站, unit: jyj, navigation_home: true}
columns:
  - {site: "4299000002", id: xwdt, name: 工作动态, class: news, level: 1, cycle: 14 days}
accounts:
  - {id: gh_x1, name: 某市教育, unit: jyj, platform: wechat, account_type: subscription, opened: 2024-01-31}
"""

SETTINGS = [["项目", "内容"], ["地区", "某市"], ["生效日期", "2023年7月1日"]]

BUREAU = ["jyj", "某市教育局", "市直", "市直部门", "有", None, "https://jyj.example/hook", "JYJ_SECRET"]
GOVERNMENT = ["zfb", "某市人民政府办公室", "市直", "政府办", "无", None, None, None]
PORTAL = ["4299000001", "某市人民政府门户网站", "zfb", "门户网站", "否"]
SITE = ["4299000002", "某市教育局网站", "某市教育局", "部门网站", "是"]
NEWS = ["4299000002", "xwdt", "工作动态", "动态要闻", 1, "14天", None]
ACCOUNT = ["gh_x1", "某市教育", "某市教育局", "微信", "订阅号", "2024-01-31", None]


def whole(**more: list[list[Any]]) -> dict[str, list[list[Any]]]:
    """A registry without a fault; rows in `more` are added to their sheets (units, sites, columns, accounts)."""
    return {
        "单位": [*UNITS, BUREAU, GOVERNMENT, *more.get("units", [])],
        "网站": [*SITES, PORTAL, SITE, *more.get("sites", [])],
        "栏目": [*COLUMNS, NEWS, *more.get("columns", [])],
        "账号": [*ACCOUNTS, ACCOUNT, *more.get("accounts", [])],
        "登记": SETTINGS,
    }


def write_workbook(path: Path, sheets: Sheets) -> Path:
    """Write sheets into one .xlsx."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def write_folder(path: Path, sheets: Sheets, encoding: str) -> Path:
    """Write sheets as CSV files into a folder."""
    path.mkdir()
    for title, rows in sheets.items():
        with (path / f"{title}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
    return path


def book(tmp_path: Path, **more: list[list[object]]) -> Path:
    """A workbook without a fault, and more rows."""
    return write_workbook(tmp_path / "登记.xlsx", whole(**more))


def yaml_file(tmp_path: Path, text: str) -> Path:
    """A registry in YAML."""
    path = tmp_path / "registry.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path) -> list[tuple[str, int, str, FaultReason | NoteReason]]:
    """(sheet, row, column, reason) of each fault."""
    return [(*fault.place, fault.reason) for fault in check_registry(path).faults]
