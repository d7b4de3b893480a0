"""A scheme of an examination as an authority would write it; fictional."""

SCHEME = """
    id: so-2026
    label: {vi: "Thi tuyển lãnh đạo sở", en: "Heads of departments"}
    basis: "Quy chế thi tuyển số 10-QC/TU (ví dụ)"
    council: 3
    complaint_days: 10
    answer_days: 15
    ties: [defence]
    rounds:
      - {id: written, label: {vi: "Thi viết", en: "Written"}, max: 100, pass: 50}
      - {id: defence, label: {vi: "Bảo vệ đề án", en: "Defence"}, max: 100, pass: 50, weight: 2}
"""
