internal import Assessment
internal import CreditModel
internal import EventLog

// What is asked of results: a scheme that there is, a year that it is for, a round that has issued some.
extension Auditor {
    /// Throws ``ArchiveError`` `scheme-unknown` for a scheme that neither this program carries nor the archive has adopted,
    /// `scheme-other-year` for a year that it is not for.
    public func requireScheme(_ id: String, for year: Int) throws {
        let scheme: Scheme
        do { scheme = try self.scheme(id, year: year) } catch let error as ArchiveError {
            // Rounds may have worked by documents that are not here any more: that is told where they are needed.
            guard error.code == "scheme-unknown" else { return }
            guard try archive.adoptions(of: id).isEmpty else { return }
            throw error
        }
        do { try scheme.requireYear(year) } catch { throw ArchiveError(error) }
    }

    /// Nothing was issued for a scheme, year and region; what was is named.
    func noResults(_ scheme: String, _ year: Int, region: String?) throws -> ArchiveError {
        let rounds = try archive.results().map(\.round.stream)
        let shown = rounds.prefix(20).joined(separator: " ") + (rounds.count > 20 ? " …" : "")
        let (place, english) = region.map { ("，区划 \($0)", " in \($0)") } ?? ("", "")
        return ArchiveError(
            .notFound, "no-results", field: "round/\(scheme)/\(year)",
            chinese: "方案 \(scheme) \(year) 年度\(place)还没有印发过结果；已印发的轮次：\(rounds.isEmpty ? "无" : shown)",
            english: "\(scheme) has issued no results for \(year)\(english); rounds that have: "
                + (rounds.isEmpty ? "none" : shown))
    }
}
