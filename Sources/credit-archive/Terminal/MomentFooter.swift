internal import CreditArchive
internal import Projections

extension GlobalOptions {
    /// Says below a table which positions it reflects; other formats have members or columns for that.
    func footer(_ moment: Moment, _ auditor: Auditor) throws {
        guard effectiveFormat == .table, let position = try auditor.pinned(moment).atPosition else { return }
        let time = try auditor.recordedTime(at: position)
        let positions = language(
            "反映位置 0–\(position)（末条收录于 \(time)）", "reflects positions 0–\(position) (last recorded \(time))")
        let day = moment.asOf.map { language("，事实截至 \($0)", ", facts dated by \($0)") } ?? ""
        Terminal.write("\n\(positions)\(day)\n")
    }
}
