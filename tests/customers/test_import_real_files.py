"""Files as they are published come in untouched, by command and by browser, as they are recognised.

The files of shops are in tests/data; of those about people the header and a few rows stand here.
"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from customers.models import Customer, CustomField, CustomValue, Import, Interaction, Kind
from relcrm.base.models import Job
from tests.customers.test_import_pages import bring, browser, chosen, uploads, worked_off

__all__ = ["browser", "uploads"]  # fixtures
DATA = Path(__file__).parent.parent / "data"
CAMPAIGN = """\
ID,Year_Birth,Education,Marital_Status,Income,Kidhome,Teenhome,Dt_Customer,Recency,MntWines,\
MntFruits,MntMeatProducts,MntFishProducts,MntSweetProducts,MntGoldProds,NumDealsPurchases,\
NumWebPurchases,NumCatalogPurchases,NumStorePurchases,NumWebVisitsMonth,AcceptedCmp3,\
AcceptedCmp4,AcceptedCmp5,AcceptedCmp1,AcceptedCmp2,Complain,Z_CostContact,Z_Revenue,Response
5524,1957,Graduation,Single,58138.0,0,0,2012-09-04,58,635,88,546,172,88,88,3,8,10,4,7,0,0,0,0,0,0,3,11,1
2174,1954,Graduation,Single,46344.0,1,1,2014-03-08,38,11,1,6,2,1,6,2,1,1,2,5,0,0,0,0,0,0,3,11,0
1994,1983,Graduation,Married,,1,0,2013-11-15,11,5,5,6,0,2,1,1,1,0,2,7,0,0,0,0,0,0,3,11,0
"""
TELCO = """\
customerID,gender,SeniorCitizen,Partner,Dependents,tenure,PhoneService,MultipleLines,\
InternetService,OnlineSecurity,OnlineBackup,DeviceProtection,TechSupport,StreamingTV,\
StreamingMovies,Contract,PaperlessBilling,PaymentMethod,MonthlyCharges,TotalCharges,Churn
7590-VHVEG,Female,0,Yes,No,1,No,No phone service,DSL,No,Yes,No,No,No,No,Month-to-month,Yes,\
Electronic check,29.85,29.85,No
4472-LVYGI,Female,0,Yes,Yes,0,No,No phone service,DSL,Yes,No,Yes,Yes,Yes,No,Two year,Yes,\
Bank transfer (automatic),52.55, ,No
3668-QPYBK,Male,0,No,No,2,Yes,No,DSL,Yes,Yes,No,No,No,No,Month-to-month,Yes,Mailed check,53.85,\
108.15,Yes
"""


def by_browser(browser, content: bytes, name: str, **changes: str) -> Import:
    """Brought and taken in with what the page proposes."""
    bring(browser, content, name)
    of = Import.objects.get()
    Job.objects.all().delete()
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1") | changes)
    worked_off(browser, of)
    of.refresh_from_db()
    assert (of.state, of.job.error) == (Import.State.TAKEN, "")
    return of


def by_command(kind: str, path: Path, **options: object) -> Import:
    call_command("load", kind, path, stdout=StringIO(), stderr=StringIO(), **options)
    return Import.objects.get(state=Import.State.TAKEN)


def keep_the_rest(text: str, *known: str) -> dict[str, str]:
    """*Keep* beside every column that has no meaning."""
    header = text.splitlines()[0].split(",")
    return {f"column_{at}": "keep" for at, name in enumerate(header) if name not in known}


def test_cdnow_comes_in_by_browser(browser):
    of = by_browser(browser, (DATA / "cdnow_sample.csv.gz").read_bytes(), "cdnow_sample.csv.gz")
    assert (of.kind, of.rows, of.counts["skipped"]) == (Import.Kind.PURCHASES, 6_919, {})
    assert Customer.objects.count() == of.counts["customers"] == 2_357
    assert f"{of.newest_on}" == "1998-06-30"


def test_online_retail_comes_in_by_browser_with_its_returns(browser):
    of = by_browser(browser, (DATA / "online_retail_cut.csv.gz").read_bytes(), "retail.csv.gz")
    assert (of.rows, of.counts["purchases"], of.counts["returns"]) == (5_000, 248, 29)
    assert set(of.counts["skipped"]) == {"has no customer"}
    assert Interaction.objects.filter(kind=Kind.RETURN).count() == 29


def campaign_is_there(of: Import) -> None:
    assert (of.kind, of.counts["taken"], of.counts["skipped"]) == (Import.Kind.CUSTOMERS, 3, {})
    born = Customer.objects.get(identities__value="5524")
    assert (born.birth_year, born.education) == (1957, "Graduation")
    assert f"{born.first_seen_on}" == "2012-09-04"
    income = CustomField.objects.get(key="income")
    assert income.kind == "number"
    assert CustomValue.objects.filter(field=income).count() == 2
    assert CustomField.objects.count() == 25


def telco_is_there(of: Import) -> None:
    assert (of.kind, of.counts["taken"], of.counts["skipped"]) == (Import.Kind.CUSTOMERS, 3, {})
    assert sorted(Customer.objects.values_list("gender", flat=True)) == ["Female", "Female", "Male"]
    kinds = dict(CustomField.objects.values_list("key", "kind"))
    assert (kinds["churn"], kinds["monthlycharges"], kinds["contract"]) == (
        "flag", "number", "text",
    )  # fmt: skip
    assert CustomValue.objects.filter(field__key="totalcharges").count() == 2


@pytest.mark.parametrize(
    ("text", "known", "is_there"),
    [
        (CAMPAIGN, ("ID", "Year_Birth", "Education", "Dt_Customer"), campaign_is_there),
        (TELCO, ("customerID", "gender"), telco_is_there),
    ],
    ids=["campaign", "telco"],
)
def test_files_about_people_come_in_by_browser_and_by_command(
    browser, tmp_path, text, known, is_there
):
    is_there(by_browser(browser, text.encode(), "people.csv", **keep_the_rest(text, *known)))
    Import.objects.all().delete()
    CustomField.objects.all().delete()  # what was remembered of the columns names them still
    Customer.objects.all().delete()
    path = tmp_path / "people.csv"
    path.write_text(text)
    is_there(by_command("customers", path, keep="all"))
